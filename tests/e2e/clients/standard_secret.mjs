// openid-client at the standard endpoints, as most sites use it: discovery, registration, a code with PKCE, and a secret.
// usage: standard_secret.mjs ISSUER; prints where the person must be sent, and reads where they came back to.
import assert from "node:assert/strict";
import { createInterface } from "node:readline/promises";
import * as openid from "openid-client";

const redirectUri = "http://127.0.0.1/cb";
const config = await openid.dynamicClientRegistration(
  new URL(process.argv[2]),
  { redirect_uris: [redirectUri], grant_types: ["authorization_code", "refresh_token"] },
  undefined,
  { execute: [openid.allowInsecureRequests] },
);
const verifier = openid.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
const address = openid.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid email offline_access",
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state: expectedState,
  nonce: expectedNonce,
});
console.log(address.href);
const back = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();

const checks = { pkceCodeVerifier: verifier, expectedState, expectedNonce, idTokenExpected: true };
const tokens = await openid.authorizationCodeGrant(config, new URL(back.value), checks);
console.log("code");

const told = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
assert.equal(told.email, "alice@example.com");
console.log("userinfo");

const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
assert.notEqual(next.refresh_token, tokens.refresh_token);
assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, true);
console.log("refresh");

const invalid = (error) => error.error === "invalid_grant";
await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), invalid);
await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), invalid);
assert.deepEqual(await openid.tokenIntrospection(config, next.access_token), { active: false });
console.log("replay");
