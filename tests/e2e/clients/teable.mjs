// openid-client at this surface: its device flow is RFC-shaped and works; a code's 201 is not, and is refused.
import assert from 'node:assert/strict'
import * as client from 'openid-client'

const [, , origin, given] = process.argv
const { clientId, clientSecret, callback, code, cookies } = JSON.parse(given)
const endpoints = {
  issuer: origin,
  token_endpoint: `${origin}/api/oauth/access_token`,
  device_authorization_endpoint: `${origin}/api/oauth/device/code`,
}

function configured(auth) {
  const config = new client.Configuration(endpoints, clientId, undefined, auth)
  client.allowInsecureRequests(config)
  return config
}

const device = configured(client.None())
const begun = await client.initiateDeviceAuthorization(device, { scope: 'table|read' })
assert.equal(begun.verification_uri, `${origin}/oauth/device`)
const decided = await fetch(`${origin}/api/oauth/device/decision`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', cookie: cookies },
  body: JSON.stringify({ userCode: begun.user_code, approve: true }),
})
assert.equal(decided.status, 201)
const tokens = await client.pollDeviceAuthorizationGrant(device, { ...begun, interval: 0.1 })
assert.deepEqual(tokens.scopes, ['table|read'])
console.log('device')

const confidential = configured(client.ClientSecretPost(clientSecret))
const back = new URL(`${callback}?code=${code}`)
await assert.rejects(client.authorizationCodeGrant(confidential, back), (error) => {
  assert.equal(error.code, 'OAUTH_RESPONSE_IS_NOT_CONFORM')
  return true
})
console.log('code refused')
