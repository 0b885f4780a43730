import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

// What is built, as a server imports it that renders a page: with no page, in a process that ends by itself.
const program = `
  const before = Object.keys(globalThis).join()
  const { createFlyteClient } = await import('@flyte-js/browser')
  const { createAdminSession } = await import('@flyte-js/browser/admin-session')
  const getToken = async () => ({ accessToken: 'a', tokenType: 'bearer' })
  for (const auth of ['pkce', 'admin-session', { getToken }])
    for (const endpoint of ['https://flyte.example.com', '/']) {
      const flyte = createFlyteClient({ endpoint, auth })
      if ((await flyte.auth.handleRedirectCallback()) !== undefined) throw new Error('nothing was to finish')
      flyte.close()
    }
  createAdminSession({ endpoint: '/' })
  if (Object.keys(globalThis).join() !== before) throw new Error('something global has changed')
  const reason = await createFlyteClient({ endpoint: '/', auth: 'pkce' }).auth.login().catch(({ code }) => code)
  console.log(reason)
`

it('can be imported, and clients made, in plain Node', async () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const said = await new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '--eval', program], { cwd }, (error, stdout, stderr) =>
      error ? reject(error) : resolve(stdout + stderr),
    )
  })
  expect(said).toBe('FLYTE_AUTH_LOGIN_UNAVAILABLE\n')
})
