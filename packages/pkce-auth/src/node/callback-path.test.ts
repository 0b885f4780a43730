import { systemClock } from '@flyte-js/core'
import { followRedirects, startFlyteAdmin } from '@flyte-js/testing'
import { expect, test } from 'vitest'
import { freePort } from '../../test/loopback.js'
import { loopbackLogin } from './loopback-login.js'

test('a redirect URI whose path begins with two slashes is a path all the same', async () => {
  const redirectUri = `http://localhost:${await freePort()}//callback`
  await using admin = await startFlyteAdmin({ clients: [{ id: 'people', redirectUris: [redirectUri] }] })
  let end: Promise<URL> | undefined
  const grant = loopbackLogin({
    endpoint: admin.url,
    clientId: 'people',
    redirectUri,
    browser: false,
    pasteFrom: false,
    onUrl: (url) => {
      end = followRedirects(url)
    },
  })
  expect(await grant.acquire({ clock: systemClock })).toHaveProperty('accessToken')
  expect((await end)?.href).toBe(`${redirectUri}/done`)
})
