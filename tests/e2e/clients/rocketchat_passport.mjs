// A site that lets people sign in with Rocket.Chat by passport-oauth2.
// usage: rocketchat_passport.mjs SITE CLIENT_ID CLIENT_SECRET PORT [pkce]; serves until its standard input closes.
//   GET /login    sends the person to the provider
//   GET /cb       where they come back; answers with what passport found, as JSON
//   GET /refresh  the next tokens, for the ?token= of before
import http from "node:http";
import OAuth2Strategy from "passport-oauth2";

const [site, clientID, clientSecret, port, pkce] = process.argv.slice(2);
const callbackURL = `http://127.0.0.1:${port}/cb`;
const strategy = new OAuth2Strategy(
  {
    authorizationURL: `${site}/oauth/authorize`,
    tokenURL: `${site}/oauth/token`,
    clientID,
    clientSecret,
    callbackURL,
    state: true,
    pkce: pkce === "pkce",
  },
  (accessToken, refreshToken, params, profile, done) => done(null, { accessToken, refreshToken, params, profile }),
);
strategy._oauth2.useAuthorizationHeaderforGET(true);
strategy.userProfile = (accessToken, done) =>
  strategy._oauth2.get(`${site}/oauth/userinfo`, accessToken, (error, body) => done(error, error ? null : JSON.parse(body)));

const session = {};

http
  .createServer((request, response) => {
    const query = Object.fromEntries(new URL(request.url, callbackURL).searchParams);
    const json = (status, value) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.url.startsWith("/refresh")) {
      strategy._oauth2.getOAuthAccessToken(query.token, { grant_type: "refresh_token" }, (error, accessToken, refreshToken, params) =>
        error ? json(502, error) : json(200, { accessToken, refreshToken, params }),
      );
      return;
    }
    const turn = Object.create(strategy);
    turn.redirect = (location) => response.writeHead(302, { location }).end();
    turn.success = (found) => json(200, found);
    turn.fail = (challenge) => json(401, challenge ?? {});
    turn.error = (error) => json(502, { message: error.message, cause: error.oauthError });
    turn.authenticate({ url: request.url, headers: request.headers, query, session }, {});
  })
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));

process.stdin.on("end", () => process.exit(0)).resume();
