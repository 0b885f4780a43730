import { onAbort } from '@flyte-js/core'
import { isNewer, readStoredLogin, type StoredLogin } from '../stored-login.js'
import { lag } from './announcement.js'
import type { TabChannel } from './tab-channel.js'

/** Keeps the copies of one login in duplicated tabs alike: each has the session storage that its twin had, and then its own. */
export interface SessionTwins {
  /** From now on takes over what the twins renew, and tells them what they ask. */
  join(): void
  /** Tells the twins of a login that was renewed. */
  renewed(key: string, login: StoredLogin): void
  /** Tells the twins that their login has ended too: a logout revokes the tokens that they share. */
  ended(key: string, login: StoredLogin): void
  /**
   * Asks the twins for a later state of the login, and waits for it.
   *
   * @param latest - the version that there is, where that is known; else any later one will do, if it comes within a moment
   */
  catchUp(key: string, login: StoredLogin, latest: number, signal: AbortSignal | undefined): Promise<void>
}

/** Milliseconds that a twin has for its answer. */
const answerTime = 100

/**
 * @param read - the login that this tab has
 * @param adopt - puts a twin's login, or none, in its place
 */
export function sessionTwins(
  channel: TabChannel,
  read: (key: string) => StoredLogin | undefined,
  adopt: (key: string, login: StoredLogin | undefined) => void,
): SessionTwins {
  let isJoined = false

  return {
    join() {
      if (isJoined) return
      isJoined = true
      channel.listen((message) => {
        if (message.type !== 'ask' && message.type !== 'login' && message.type !== 'gone') return
        const { key } = message
        const mine = read(key)
        if (mine === undefined) return
        if (message.type === 'ask' && isNewer(mine, message)) channel.post({ type: 'login', key, login: mine })
        if (message.type === 'gone' && message.lineage === mine.lineage) adopt(key, undefined)
        if (message.type === 'login') {
          const theirs = readStoredLogin(message.login)
          if (theirs && isNewer(theirs, mine)) adopt(key, theirs)
        }
      })
    },
    renewed: (key, login) => channel.post({ type: 'login', key, login }),
    ended: (key, { lineage }) => channel.post({ type: 'gone', key, lineage }),
    catchUp: (key, { lineage, version }, latest, signal) =>
      new Promise((resolve) => {
        if (version === latest) return resolve()
        const end = () => {
          clearTimeout(timer)
          deafen()
          forget?.()
          resolve()
        }
        const timer = setTimeout(end, latest > version ? lag : answerTime)
        const forget = signal && onAbort(signal, end)
        // Heard after `join` has heard it: the login is in its place.
        const deafen = channel.listen(() => {
          const mine = read(key)
          if (mine?.lineage !== lineage || mine.version >= Math.max(latest, version + 1)) end()
        })
        channel.post({ type: 'ask', key, lineage, version })
      }),
  }
}
