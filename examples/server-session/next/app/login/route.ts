import { auth } from '../../../auth.mjs'

export const { login: POST } = auth
