import { homeOf, listProfiles, loadConfig } from '@flyte-js/config/node'
import { FlyteError } from '@flyte-js/core'
import { type ListView, printList } from '../output/print.js'
import type { Session } from '../session.js'

interface Profile {
  profile: string
  /** Whether `--profile` or `FLYTE_PROFILE` picks it. */
  isUsed: boolean
  endpoint: string | null
  authMode: string | null
  /** Why it cannot be read. */
  problem: string | null
}

const view: ListView<Profile> = {
  columns: [
    { title: 'USED', value: ({ isUsed }) => (isUsed ? '*' : '') },
    { title: 'PROFILE', value: ({ profile }) => profile },
    { title: 'ENDPOINT', value: ({ endpoint }) => endpoint ?? '' },
    { title: 'AUTH MODE', value: ({ authMode }) => authMode ?? '' },
    { title: 'PROBLEM', value: ({ problem }) => problem ?? '', colour: () => 'red' },
  ],
  nameOf: ({ profile }) => profile,
}

/** `config profiles`: what their files say, whatever the environment says. */
export async function profiles(session: Session): Promise<void> {
  const { env } = session.io
  const homeDirectory = homeOf(env)
  const used = session.flags.profile ?? env.FLYTE_PROFILE
  const read = async (profile: string): Promise<Profile> => {
    const found = { profile, isUsed: profile === used }
    try {
      const { config } = await loadConfig({ env: { HOME: homeDirectory }, homeDirectory, profile })
      const { platform, credentials } = config
      return { ...found, endpoint: platform.url ?? null, authMode: credentials.authMode, problem: null }
    } catch (error) {
      if (!FlyteError.isInstance(error)) throw error
      return { ...found, endpoint: null, authMode: null, problem: error.message }
    }
  }
  await printList(session, await Promise.all(listProfiles({ homeDirectory }).map(read)), view)
}
