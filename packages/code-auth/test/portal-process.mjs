// A portal on node:http in a process of its own: node portal-process.mjs '<JSON: options of createCodeAuth, and where sessions are kept>'.
// It tells its parent its port and what it hears of its sessions, and moves its clock on when told to.
import { createServer } from 'node:http'
import { createCodeAuth } from '@flyte-js/code-auth'
import { toNodeHandler } from '@flyte-js/code-auth/node'
import { systemClock } from '@flyte-js/core'
import { fileStore } from '@flyte-js/token-store/file'
import { redisStore } from '@flyte-js/token-store/redis'

const { redisUrl, directory, ...options } = JSON.parse(process.argv[2])
let ahead = 0
const auth = createCodeAuth({
  clock: {
    ...systemClock,
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
  },
  onEvent: (event) => process.send({ event }),
  ...(redisUrl !== undefined && { store: redisStore({ url: redisUrl }) }),
  ...(directory !== undefined && { store: fileStore({ directory }) }),
  ...options,
})

const head = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Portal</title>'
const signedOut = `${head}<p>Nobody is signed in.</p>
<form method="post" action="/login"><input type="hidden" name="redirect_url" value="/projects"><button>Sign in</button></form>`
const signedIn = (name) => `${head}<h1>${name}</h1><ul></ul>
<form method="post" action="/logout"><button>Sign out</button></form>
<script>
  /** Calls Flyte Admin as often, all at once. */
  globalThis.callAdmin = (times) => Promise.all(Array.from({ length: times }, async () => {
    const response = await fetch('/api/v1/projects', { headers: { accept: 'application/json' } })
    const { status, headers } = response
    return { status, instance: headers.get('x-instance'), body: await response.json() }
  }))
  callAdmin(1).then(([{ body }]) => {
    const items = (body.projects ?? []).map(({ id }) => Object.assign(document.createElement('li'), { textContent: id }))
    document.querySelector('ul').replaceChildren(...items)
  })
</script>`

function page(request) {
  return auth.withSession(request, (session) => {
    const html = session === null ? signedOut : signedIn(session.user.name ?? session.user.subject)
    return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } })
  })
}

function serve(request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/login') return auth.login(request)
  if (pathname === '/callback') return auth.callback(request)
  if (pathname === '/logout') return auth.logout(request)
  return pathname.startsWith('/api/v1/') ? auth.proxy(request) : page(request)
}

const handle = toNodeHandler(serve)
const server = createServer((incoming, outgoing) => {
  outgoing.setHeader('x-instance', process.pid)
  return handle(incoming, outgoing)
})
server.listen(0, 'localhost', () => process.send({ port: server.address().port }))
process.on('message', ({ advance }) => {
  ahead += advance
  process.send({ ahead })
})
process.on('disconnect', () => process.exit())
