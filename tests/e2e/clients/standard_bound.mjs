// oauth4webapi at the standard endpoints, as strict as it can be: private_key_jwt, a pushed request, and tokens bound by DPoP.
// usage: standard_bound.mjs ISSUER; prints where the person must be sent, and reads where they came back to.
import assert from "node:assert/strict";
import { createInterface } from "node:readline/promises";
import * as oauth from "oauth4webapi";

const issuer = new URL(process.argv[2]);
const redirectUri = "http://127.0.0.1/cb";
const plain = { [oauth.allowInsecureRequests]: true };
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, plain));

const signs = await oauth.generateKeyPair("ES256");
const holds = await oauth.generateKeyPair("ES256");
const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", signs.publicKey);
const metadata = {
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token"],
  token_endpoint_auth_method: "private_key_jwt",
  token_endpoint_auth_signing_alg: "ES256",
  id_token_signed_response_alg: "ES256",
  jwks: { keys: [{ kty, crv, x, y, kid: "1", use: "sig" }] },
  dpop_bound_access_tokens: true,
  require_pushed_authorization_requests: true,
};
const client = await oauth.processDynamicClientRegistrationResponse(
  await oauth.dynamicClientRegistrationRequest(server, metadata, plain),
);
const proof = oauth.PrivateKeyJwt({ key: signs.privateKey, kid: "1" });
const bound = { DPoP: oauth.DPoP(client, holds), ...plain };

const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const asked = new URLSearchParams({
  response_type: "code",
  redirect_uri: redirectUri,
  scope: "openid email offline_access",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
const pushed = await oauth.processPushedAuthorizationResponse(
  server,
  client,
  await oauth.pushedAuthorizationRequest(server, client, proof, asked, bound),
);
const address = new URL(server.authorization_endpoint);
address.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri });
console.log(address.href);
const back = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();

const answer = oauth.validateAuthResponse(server, client, new URL(back.value), state);
const redeem = () => oauth.authorizationCodeGrantRequest(server, client, proof, answer, redirectUri, verifier, bound);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, await redeem(), {
  expectedNonce: nonce,
  requireIdToken: true,
});
assert.equal(tokens.token_type, "dpop");
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
console.log("code");

const told = await oauth.userInfoRequest(server, client, tokens.access_token, bound);
assert.equal((await oauth.processUserInfoResponse(server, client, sub, told)).email, "alice@example.com");
const stolen = await fetch(server.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
assert.equal(stolen.status, 401);
console.log("userinfo");

const refresh = (options) => oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token, options);
await assert.rejects(
  oauth.processRefreshTokenResponse(server, client, await refresh(plain)),
  (error) => error.error === "invalid_dpop_proof",
);
const next = await oauth.processRefreshTokenResponse(server, client, await refresh(bound));
assert.equal(next.token_type, "dpop");
console.log("refresh");

const seen = async () =>
  oauth.processIntrospectionResponse(
    server,
    client,
    await oauth.introspectionRequest(server, client, proof, next.access_token, plain),
  );
assert.deepEqual([(await seen()).active, (await seen()).token_type], [true, "DPoP"]);
await assert.rejects(
  oauth.processAuthorizationCodeResponse(server, client, await redeem()),
  (error) => error.error === "invalid_grant",
);
assert.deepEqual(await seen(), { active: false });
console.log("replay");
