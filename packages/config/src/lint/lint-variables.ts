import type { ConfigFinding } from '../config-file.js'
import { settingRows } from '../setting-rows.js'
import type { Environment } from '../waterfall.js'
import { optionsOfOthers } from './known-options.js'
import { nearest } from './nearest.js'

/** Variables that are no settings: of a running task, of flytekit, of the sandbox (flyte `flyteplugins`, flytekit, flytectl). */
const others =
  'PROFILE ATTEMPT_NUMBER MAX_ATTEMPTS START_TIME EXECUTION_URL FAIL_ON_ERROR EXIT_ON_USER_EXCEPTION USE_OLD_DC_FORMAT ENABLE_VSCODE PUSH_IMAGE_SPEC FORCE_PUSH_IMAGE_SPEC IMG_FAST_FAIL PYTHON_PACKAGE_ROOT DEFAULT_PROJECT DEFAULT_DOMAIN SNOWFLAKE_CLIENT_TOKEN DATABRICKS_API_TOKEN HOST DEV'

/** Groups with names of all kinds: what Flyte tells its tasks, the secrets that it gives them, and what only flyte-js reads. */
const groups = /^FLYTE_(INTERNAL|SECRET|K8S|IMAGES|JS)_/

/** Flyte 2 names its variables after the YAML path. Here they are read by nobody. */
const ofFlyte2: ReadonlyMap<string, string> = new Map(
  settingRows.flatMap(({ yaml, variable }) =>
    yaml === undefined ? [] : [[`FLYTE_${yaml.replaceAll('.', '_').toUpperCase()}`, variable]],
  ),
)

/** Words that people try, and what they mean. */
const tried: ReadonlyMap<string, string> = new Map([
  ['FLYTE_ENDPOINT', 'FLYTE_PLATFORM_URL'],
  ['FLYTE_URL', 'FLYTE_PLATFORM_URL'],
  ['FLYTE_PLATFORM_ENDPOINT', 'FLYTE_PLATFORM_URL'],
  ['FLYTE_INSECURE', 'FLYTE_PLATFORM_INSECURE'],
  ['FLYTE_PROJECT', 'FLYTE_LOCAL_PROJECT'],
  ['FLYTE_DOMAIN', 'FLYTE_LOCAL_DOMAIN'],
  ['FLYTE_ORG', 'FLYTE_LOCAL_ORG'],
  ['FLYTE_CLIENT_ID', 'FLYTE_CREDENTIALS_CLIENT_ID'],
  ['FLYTE_CLIENT_SECRET', 'FLYTE_CREDENTIALS_CLIENT_SECRET'],
  ['FLYTE_AUTH_MODE', 'FLYTE_CREDENTIALS_AUTH_MODE'],
])

/** Every variable that some client of Flyte reads. */
const known: ReadonlySet<string> = new Set([
  ...settingRows.flatMap(({ variable }) => [variable, `${variable}_FROM_ENV_VAR`, `${variable}_FROM_FILE`]),
  ...optionsOfOthers.map((name) => `FLYTE_${name.replace('.', '_').toUpperCase()}`),
  ...others.split(' ').map((name) => `FLYTE_${name}`),
])

/** Finds variables that begin as Flyte's and that nobody reads. */
export function lintVariables(env: Environment): ConfigFinding[] {
  return Object.keys(env).flatMap((place): ConfigFinding[] => {
    if (!place.startsWith('FLYTE_') || known.has(place) || groups.test(place)) return []
    const rule = 'unknown-variable'
    const meant = ofFlyte2.get(place)
    if (meant !== undefined) return [{ rule, place, message: `only Flyte 2 reads it. Set ${meant}`, suggestion: meant }]
    const suggestion = tried.get(place)
    if (suggestion !== undefined)
      return [{ rule, place, message: `nobody reads this variable. Set ${suggestion}`, suggestion }]
    if (place === 'FLYTE_API_KEY') {
      const message = 'only Flyte 2 reads it. Set FLYTE_CREDENTIALS_CLIENT_ID and FLYTE_CREDENTIALS_CLIENT_SECRET'
      return [{ rule, place, message }]
    }
    return [{ rule, place, ...nearest('nobody reads this variable', place, known) }]
  })
}
