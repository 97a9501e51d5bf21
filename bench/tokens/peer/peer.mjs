// The peer: npm oidc-provider with everything in memory, set up to answer what Licet answers in the same cases.
//
// PEER_PORT, PEER_CLIENT (JSON), PEER_CODE (JSON: what an authorization request would have said). It says "ready" when
// it listens. A line "<count> <file>" on standard input makes so many authorization codes, as its authorization
// endpoint would, writes them into the file, one a line, and says "done".
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const port = Number(process.env.PEER_PORT);
const issuer = `http://127.0.0.1:${port}`;
const client = JSON.parse(process.env.PEER_CLIENT);
const wanted = JSON.parse(process.env.PEER_CODE);
const resource = `${issuer}/`;

const rows = new Map();
const grants = new Map();

class MapAdapter {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload, expiresIn) {
    rows.set(this.key(id), { payload, ends: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    if (payload.grantId) grants.set(payload.grantId, [...(grants.get(payload.grantId) ?? []), this.key(id)]);
  }
  async find(id) {
    const row = rows.get(this.key(id));
    return row && row.ends > Date.now() ? row.payload : undefined;
  }
  async findByUid() { return undefined; }
  async findByUserCode() { return undefined; }
  async destroy(id) { rows.delete(this.key(id)); }
  async consume(id) {
    const row = rows.get(this.key(id));
    if (row) row.payload.consumed = Math.floor(Date.now() / 1000);
  }
  async revokeByGrantId(grantId) {
    for (const key of grants.get(grantId) ?? []) rows.delete(key);
    grants.delete(grantId);
  }
}

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider(issuer, {
  adapter: MapAdapter,
  clients: [client],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'es256' }] },
  scopes: wanted.scopes,
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  issueRefreshToken: async () => true,
  ttl: { AccessToken: 300, AuthorizationCode: 3600, ClientCredentials: 300, Grant: 86400, IdToken: 300, RefreshToken: 86400 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => resource,
      useGrantedResource: async () => true,
      getResourceServerInfo: async () => ({
        scope: wanted.scopes.join(' '), audience: issuer, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
provider.on('server_error', (_, error) => console.error(error));

async function code(known) {
  const grant = new provider.Grant({ accountId: wanted.account, clientId: client.client_id });
  grant.addOIDCScope(wanted.scope);
  grant.addResourceScope(resource, wanted.scope);
  return new provider.AuthorizationCode({
    accountId: wanted.account,
    amr: ['pwd'],
    authTime: Math.floor(Date.now() / 1000),
    client: known,
    codeChallenge: wanted.code_challenge,
    codeChallengeMethod: 'S256',
    expiresWithSession: false,
    grantId: await grant.save(),
    nonce: wanted.nonce,
    redirectUri: wanted.redirect_uri,
    resource,
    scope: wanted.scope,
  }).save();
}

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const [count, file] = line.split(' ');
  const known = await provider.Client.find(client.client_id);
  const codes = [];
  while (codes.length < Number(count)) codes.push(await code(known));
  writeFileSync(file, codes.map((value) => `${value}\n`).join(''));
  console.log('done');
});
lines.on('close', () => process.exit());

createServer(provider.callback()).listen(port, '127.0.0.1', () => console.log('ready'));
