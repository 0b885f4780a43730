// With Express. Parsers such as express.json() come after these handlers: the proxy hands bodies on as they are.
import { toNodeHandler } from '@flyte-js/code-auth/node'
import express from 'express'
import { auth, whoAmI } from './auth.mjs'
import { page } from './page.mjs'

const app = express()
app.get('/', toNodeHandler(page))
app.get('/whoami', toNodeHandler(whoAmI))
app.all('/login', toNodeHandler(auth.login))
app.all('/callback', toNodeHandler(auth.callback))
app.all('/logout', toNodeHandler(auth.logout))
app.use('/api/v1', toNodeHandler(auth.proxy))

const port = Number(process.env.PORT ?? 3000)
app.listen(port, () => console.log(`Open http://localhost:${port}`))
