import { checkConfig, httpBaseUrl } from '@flyte-js/config'
import { defined } from '@flyte-js/core'
import { modes } from '../commands/login-state.js'
import type { Check } from './check.js'
import { connect } from './connect.js'
import { fault, ok, warning } from './finding.js'

/** Whether the settings can be used at all, and what in them is probably a mistake. */
export const configuration: Check = {
  name: 'configuration',
  limit: 10_000,
  cure: 'See what is configured: flyte-js config explain',
  async run({ session, clock, known }) {
    const resolution = await session.resolution()
    known.resolution = resolution
    const { config } = resolution
    if (!config.platform.url) {
      const cure =
        'Give it with --endpoint, set FLYTE_PLATFORM_URL, or have a configuration file written: flyte-js config init'
      return fault('no endpoint is set (platform.url)', cure)
    }
    const endpoint = httpBaseUrl(config)
    known.target = await connect(config, {
      env: session.io.env,
      endpoint,
      clock,
      ...defined({ onEvent: session.onEvent }),
    })
    const source = resolution.explain().find(({ setting }) => setting === 'platform.url')?.source
    const place = source === 'override' ? '--endpoint' : source
    const found = `${endpoint} (from ${place}), auth_mode ${modes[config.credentials.authMode]}`
    const [first, ...others] = checkConfig(resolution)
    if (first === undefined) return ok(found)
    const more = others.length > 0 ? `, and ${others.length} more` : ''
    return warning(
      `${found}; ${first.place}: ${first.message}${more}`,
      'See what is probably a mistake: flyte-js config check',
    )
  },
}
