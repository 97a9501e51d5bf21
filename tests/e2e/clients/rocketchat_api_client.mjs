// Rocket.Chat's own REST client: sign in, create, list, get, update, delete, me, personal access tokens, sign out.
// usage: rocketchat_api_client.mjs SITE USER PASSWORD; prints one JSON object, step by step.
import { createHash } from "node:crypto";
import { RestClient } from "@rocket.chat/api-client";

const [site, user, password] = process.argv.slice(2);
const client = new RestClient({ baseUrl: site });
const said = {};

/** What a refused call was answered with: the client rejects with the response itself. */
const refused = (call) => call.then(() => "nothing was refused", async (answer) => [answer.status, await answer.json()]);

const { data } = await client.post("/v1/login", { user, password });
client.setCredentials({ "X-User-Id": data.userId, "X-Auth-Token": data.authToken });
said.me = await client.get("/v1/me");

const wanted = { name: "Made by the client", active: true, redirectUri: "https://client.example/cb" };
said.created = await client.post("/v1/oauth-apps.create", wanted);
const { _id: appId, clientId } = said.created.application;
said.listed = (await client.get("/v1/oauth-apps.list")).oauthApps.filter((app) => app._id === appId);
said.got = await client.get("/v1/oauth-apps.get", { clientId });
said.updated = await client.post("/v1/oauth-apps.update", { ...wanted, appId, name: "Changed by the client", active: false });
said.incomplete = await refused(client.post("/v1/oauth-apps.update", wanted));
said.deleted = await client.post("/v1/oauth-apps.delete", { appId });
said.gone = await refused(client.get("/v1/oauth-apps.get", { clientId }));

client.handleTwoFactorChallenge(async () => createHash("sha256").update(password).digest("hex"));
said.token = await client.post("/v1/users.generatePersonalAccessToken", { tokenName: appId });
said.tokens = (await client.get("/v1/users.getPersonalAccessTokens")).tokens.filter((token) => token.name === appId);
said.removed = await client.post("/v1/users.removePersonalAccessToken", { tokenName: appId });
said.left = await client.post("/v1/logout");
said.after = await refused(client.get("/v1/me"));

console.log(JSON.stringify(said));
