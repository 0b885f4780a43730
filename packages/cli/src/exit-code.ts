/** How the process ends, for scripts. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, auth: 3, notFound: 4, interrupted: 130 } as const
