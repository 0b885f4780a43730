import { expect, test } from 'vitest'
import { runModule } from '../test/process.js'
import { startServer } from '../test/server.js'

test("the browser's files follow redirects too where the platform's fetch shows them, and take no secret along", async () => {
  const server = await startServer(({ url }, response) =>
    url === '/from' ? response.writeHead(302, { location: '/to' }).end() : response.end('there'),
  )
  const source = `
    import { createFetch } from '@flyte-js/core'
    const ask = (init) => createFetch()(process.argv[1] + '/from', init).then((response) => response.text(), ({ code }) => code)
    console.log(JSON.stringify([await ask(), await ask({ redirect: 'error' }), await ask({ headers: { authorization: 'x' } })]))`
  const { stdout } = await runModule(source, { flags: ['--conditions=browser'], input: [server.origin] })
  expect(JSON.parse(stdout)).toEqual(['there', 'FLYTE_HTTP_REDIRECT_REFUSED', 'FLYTE_HTTP_REDIRECT_REFUSED'])
})
