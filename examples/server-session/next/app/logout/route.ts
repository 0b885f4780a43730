import { auth } from '../../../auth.mjs'

export const { logout: POST } = auth
