// openid-client pointed at the surface as an authorization server of RFC 8414: with and without PKCE, by Basic and body.
import assert from 'node:assert/strict'
import * as client from 'openid-client'

const [, , origin, given] = process.argv
const { clientId, clientSecret, callback, cookies } = JSON.parse(given)
const issuer = new URL('/api', origin)
const ways = { basic: client.ClientSecretBasic, post: client.ClientSecretPost }

// A browser whose person is signed in and has consented: it is sent straight back.
async function browse(url) {
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookies } })
  assert.equal(answer.status, 302, `${answer.status} ${await answer.text()}`)
  return new URL(answer.headers.get('location'))
}

async function discovered(way) {
  const config = await client.discovery(issuer, clientId, undefined, ways[way](clientSecret), {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  })
  assert.equal(config.serverMetadata().issuer, issuer.href)
  return config
}

for (const way of Object.keys(ways)) {
  for (const method of ['none', 'S256', 'plain']) {
    const config = await discovered(way)
    const state = client.randomState()
    const pkceCodeVerifier = method === 'none' ? undefined : client.randomPKCECodeVerifier()
    const challenge = {
      none: {},
      S256: pkceCodeVerifier && {
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      },
      plain: { code_challenge: pkceCodeVerifier, code_challenge_method: 'plain' },
    }[method]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'read:organization read:members',
      state,
      ...challenge,
    })
    const back = await browse(url)
    const checks = { expectedState: state, pkceCodeVerifier }
    const first = await client.authorizationCodeGrant(config, back, checks)
    assert.equal(first.scope, 'read:organization read:members')
    assert.equal(first.expires_in, 3600)
    const second = await client.refreshTokenGrant(config, first.refresh_token)
    assert.notEqual(second.refresh_token, first.refresh_token)
    const told = await client.tokenIntrospection(config, second.access_token)
    assert.equal(told.active, true)
    await client.tokenRevocation(config, second.refresh_token)
    assert.equal((await client.tokenIntrospection(config, second.access_token)).active, false)
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), { error: 'invalid_grant' })
    console.log(`${way} ${method}`)
  }
  const own = await client.clientCredentialsGrant(await discovered(way), { scope: 'read:members' })
  assert.equal(own.scope, 'read:members')
  assert.equal(own.refresh_token, undefined)
  console.log(`${way} itself`)
}
