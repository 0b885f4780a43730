import { page } from '../../page.mjs'

export const GET = page
