import type { ConfigOverrides, ConfigResolution } from '@flyte-js/config'
import { defined, type EventListener, FlyteError } from '@flyte-js/core'
import type { FlyteClient, FlyteClientOptions } from '@flyte-js/node'
import type { FlyteLoginOptions, OwnLogin } from '@flyte-js/node/login'
import type { GlobalFlags } from './global-flags.js'
import type { Io } from './io.js'
import { createPaint, type Paint } from './output/colours.js'
import type { Format } from './output/format.js'
import { createProgress, type Progress } from './output/progress.js'

/** What a command works with. Whatever is costly is made when it is first asked for, and once. */
export interface Session extends Progress {
  readonly io: Io
  readonly flags: GlobalFlags
  /** How the answer is printed. */
  readonly format: Format
  /** Colours of stdout. */
  readonly paint: Paint
  /** Ctrl-C: every call and every wait takes it. */
  readonly signal: AbortSignal
  /** With `--verbose`, tells events on stderr. */
  readonly onEvent: EventListener | undefined
  /** The configuration, with the flags on top. */
  resolution(): Promise<ConfigResolution>
  /** Flyte Admin, and the login to it. */
  client(): Promise<FlyteClient>
  /** The login alone, which starts sooner, with these options on top. It is closed with the session. */
  login(options?: Pick<FlyteLoginOptions, 'config' | 'login'>): Promise<OwnLogin>
  /** @throws FlyteError `FLYTE_INVALID_ARGUMENT` that says how to give one */
  project(): Promise<string>
  /** @throws FlyteError `FLYTE_INVALID_ARGUMENT` that says how to give one */
  domain(): Promise<string>
  /** What the flags say, as the client takes it. */
  clientOptions(overrides?: ConfigOverrides): FlyteClientOptions
  /** The exit code, for bad news that is no error. */
  endWith(code: number): void
  /** Closes the connections. */
  close(): void
}

/** Makes what one run of a command works with. */
export function createSession(io: Io, flags: GlobalFlags, ending: { code: number }): Session {
  const progress = createProgress(io)
  const onEvent: EventListener | undefined = flags.verbose ? (event) => progress.tell(JSON.stringify(event)) : undefined
  let resolution: Promise<ConfigResolution> | undefined
  let client: Promise<FlyteClient> | undefined
  const logins: OwnLogin[] = []

  const session: Session = {
    ...progress,
    io,
    flags,
    format: flags.output,
    paint: createPaint(io, io.isTerminal, flags.color),
    signal: io.signal,
    onEvent,
    clientOptions: (overrides) => ({
      env: io.env,
      config: withFlags(flags, overrides),
      login: { print: progress.tell },
      ...defined({ configFile: flags.config, profile: flags.profile, onEvent }),
    }),
    resolution() {
      resolution ??= load()
      return resolution
    },
    client() {
      client ??= connect()
      return client
    },
    async login({ config, login } = {}) {
      const { createFlyteLogin } = await import('@flyte-js/node/login')
      const options = session.clientOptions(config)
      const own = await createFlyteLogin({ ...options, login: { ...options.login, ...login } })
      logins.push(own)
      return own
    },
    project: () => local('project'),
    domain: () => local('domain'),
    endWith(code) {
      ending.code = code
    },
    close() {
      for (const each of logins) each.close()
      client?.then(
        (each) => each.close(),
        () => {},
      )
    },
  }

  async function load(): Promise<ConfigResolution> {
    const { loadConfig } = await import('@flyte-js/config/node')
    const { env, config, configFile, profile } = session.clientOptions()
    return loadConfig(defined({ env, overrides: config, path: configFile, profile }))
  }

  async function connect(): Promise<FlyteClient> {
    const [{ createFlyteClient }, { useCrossFetch }] = await Promise.all([
      import('@flyte-js/node'),
      import('@flyte-js/core/node'),
    ])
    useCrossFetch(globalThis)
    return createFlyteClient(session.clientOptions())
  }

  async function local(name: 'project' | 'domain'): Promise<string> {
    const value = flags[name] ?? (await session.resolution()).config.local[name]
    if (value) return value
    const message = `Which ${name}? Give it with -${name[0]} (--${name}), or for all commands by FLYTE_LOCAL_${name.toUpperCase()} or as task.${name} in the configuration file`
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', message)
  }

  return session
}

/** Flags win over the environment and the files, and a command over the flags. */
function withFlags({ endpoint, insecure }: GlobalFlags, { platform, ...rest }: ConfigOverrides = {}): ConfigOverrides {
  return {
    ...rest,
    platform: {
      // An address of the HTTP API in the configuration is that of another endpoint.
      ...(endpoint !== undefined && { url: endpoint, httpUrl: '' }),
      ...(insecure && { insecure }),
      ...platform,
    },
  }
}
