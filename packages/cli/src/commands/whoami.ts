import { FlyteError } from '@flyte-js/core'
import { useCrossFetch } from '@flyte-js/core/node'
import { printOne } from '../output/print.js'
import type { Session } from '../session.js'
import { asksNobody } from './asks-nobody.js'
import { askWho, describeLogin, loginFields, notLoggedIn } from './login-state.js'

/** `whoami`: of a person it asks nothing, not even to log in. */
export async function whoami(session: Session): Promise<void> {
  useCrossFetch(globalThis)
  const { authMode } = (await session.resolution()).config.credentials
  const isPerson = authMode === 'pkce' || authMode === 'device'
  const own = await session.login(isPerson ? asksNobody : {})
  if (isPerson && !isUsable(await own.peek())) throw notLoggedIn(own.endpoint)
  const who = await session.busy('Asking who this is', askWho(session, own)).catch((error: unknown) => {
    const isOver = FlyteError.isInstance(error) && error.code === 'FLYTE_AUTH_LOGIN_UNAVAILABLE'
    throw isOver ? notLoggedIn(own.endpoint) : error
  })
  const state = await describeLogin(session, own, authMode, who)
  await printOne(session, state, { fields: loginFields, nameOf: ({ user }) => user })
}

function isUsable(tokenSet: { expiresAt?: number; refreshToken?: string } | undefined): boolean {
  if (tokenSet === undefined) return false
  const { expiresAt = Number.POSITIVE_INFINITY, refreshToken } = tokenSet
  return refreshToken !== undefined || expiresAt > Date.now()
}
