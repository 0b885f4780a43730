import { auth } from '../../../auth.mjs'

export const { callback: GET } = auth
