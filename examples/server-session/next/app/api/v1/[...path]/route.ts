// Next.js passes the request of the web; `dynamic` keeps it from answering at build time.
import { auth } from '../../../../../auth.mjs'

export const dynamic = 'force-dynamic'
export const { proxy: GET, proxy: POST, proxy: PUT, proxy: DELETE } = auth
