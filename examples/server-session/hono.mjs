// With Hono, whose handlers are of the web already.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { auth, whoAmI } from './auth.mjs'
import { page } from './page.mjs'

const app = new Hono()
app.get('/', page)
app.get('/whoami', (context) => whoAmI(context.req.raw))
app.all('/login', (context) => auth.login(context.req.raw))
app.all('/callback', (context) => auth.callback(context.req.raw))
app.all('/logout', (context) => auth.logout(context.req.raw))
app.all('/api/v1/*', (context) => auth.proxy(context.req.raw))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) =>
  console.log(`Open http://localhost:${port}`),
)
