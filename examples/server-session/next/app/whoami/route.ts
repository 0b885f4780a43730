import { whoAmI } from '../../../auth.mjs'

export const GET = whoAmI
