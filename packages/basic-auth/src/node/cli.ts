import { FlyteError } from '@flyte-js/core'
import { useCrossFetch } from '@flyte-js/core/node'
import { type BasicAuth, basicAuth } from './basic-auth.js'

const help = `Usage: flyte-basic-auth <command>

Logs in to Flyte by client credentials ("basic") and prints what a script needs.

Commands:
  token    print an access token
  header   print one line for curl -H: "authorization: Bearer ..."
  whoami   ask Flyte Admin who is logged in (/me)

Settings come from the environment:
  FLYTE_PLATFORM_URL                           the endpoint: host:port, or a URL
  FLYTE_CREDENTIALS_CLIENT_ID                  the client's id
  FLYTE_CREDENTIALS_CLIENT_SECRET              the client's secret
  FLYTE_PLATFORM_INSECURE                      true: plain HTTP
  FLYTE_CREDENTIALS_SCOPES                     scopes, separated by commas (default: what Flyte Admin advertises)
  FLYTE_CREDENTIALS_AUDIENCE                   the audience to ask for (default: none)
  FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY the header's name (default: authorization)
Each can be redirected: <NAME>_FROM_ENV_VAR names another variable, <NAME>_FROM_FILE a file. What the environment does not say
comes from the configuration file: FLYTECTL_CONFIG names it, or FLYTE_PROFILE picks ~/.flyte/config.<profile>.yaml; else it is
./flytekit.config, ~/.flyte/config or ~/.flyte/config.yaml.

Exit codes: 0 done, 1 failed, 2 wrong usage.
`

/** What a process has, as far as the command needs it. */
interface Process {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

const commands: Readonly<Record<string, (auth: BasicAuth) => Promise<string>>> = {
  token: async (auth) => (await auth.getToken()).accessToken,
  header: async (auth) =>
    Object.entries(await auth.headers())
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  whoami: async (auth) => {
    const response = await auth.fetch('/me', { signal: AbortSignal.timeout(15_000) })
    if (response.status === 200 && isJson(response)) return response.text()
    const what = `${auth.endpoint}/me answered with HTTP ${response.status}`
    throw new Error(
      response.status === 401
        ? `${what}: a token was given for this client, but it is not accepted there. Check that FLYTE_CREDENTIALS_SCOPES has a scope that Flyte Admin wants (all), and that FLYTE_PLATFORM_URL is the address that Flyte Admin knows itself by`
        : `${what} and nothing of Flyte Admin's. Check that FLYTE_PLATFORM_URL is the endpoint of a Flyte Admin, with no proxy or login page before it`,
    )
  },
}

const isJson = ({ headers }: Response) => headers.get('content-type')?.startsWith('application/json') === true

/**
 * The command `flyte-basic-auth`.
 *
 * @param arguments_ - the arguments behind the command's name
 * @returns the exit code
 * @internal
 */
export async function main(arguments_: readonly string[], process: Process): Promise<number> {
  const [name = '', ...rest] = arguments_
  if (['--help', '-h', 'help'].includes(name)) {
    process.stdout.write(help)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined || rest.length > 0) {
    // What was typed is not repeated: it may be a secret, and this is written to a CI log.
    const why =
      name === ''
        ? 'which command?'
        : command === undefined
          ? `no such command. There are: ${Object.keys(commands).join(', ')}.`
          : `${name} takes no arguments; settings come from the environment.`
    process.stderr.write(`flyte-basic-auth: ${why} See flyte-basic-auth --help\n`)
    return 2
  }
  let auth: BasicAuth | undefined
  try {
    auth = await basicAuth({ env: process.env })
    process.stdout.write(`${await command(auth)}\n`)
    return 0
  } catch (error) {
    const { message } = error as Error
    process.stderr.write(
      `flyte-basic-auth: ${message}${FlyteError.isInstance(error) ? ` [${error.code}]` : ''}${hint(error)}\n`,
    )
    return 1
  } finally {
    auth?.close()
  }
}

/**
 * Runs the command as the whole of a process. A reader that has left, or a full disk, is a failure without a stack trace.
 *
 * @internal
 */
export async function runAsProcess(process: NodeJS.Process): Promise<void> {
  useCrossFetch(globalThis)
  let isLost = false
  process.stdout.once('error', () => {
    isLost = true
    process.exitCode = 1
  })
  const code = await main(process.argv.slice(2), process)
  process.exitCode = isLost ? 1 : code
}

/** Which variable to look at, for what a server refused. */
function hint(error: unknown): string {
  switch ((error as { oauthError?: string }).oauthError) {
    case 'invalid_client':
    case 'unauthorized_client':
      return '\nCheck FLYTE_CREDENTIALS_CLIENT_ID and FLYTE_CREDENTIALS_CLIENT_SECRET (or where they are redirected to).'
    case 'invalid_scope':
      return '\nCheck FLYTE_CREDENTIALS_SCOPES: the client may not ask for that. Set it to scopes that the client has.'
    case 'invalid_request':
      return '\nCheck FLYTE_CREDENTIALS_AUDIENCE and FLYTE_CREDENTIALS_SCOPES.'
    default:
      return ''
  }
}
