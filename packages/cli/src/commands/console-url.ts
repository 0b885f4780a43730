import { type ConfigResolution, httpBaseUrl } from '@flyte-js/config'
import type { WorkflowExecutionIdentifier } from '@flyte-js/idl'

/** Where an execution is in Flyte's console: `platform.console_endpoint`, which is Flyte Admin's own host by default. */
export function consoleUrl(
  { config }: ConfigResolution,
  { project, domain, name }: WorkflowExecutionIdentifier,
): string {
  const base = config.platform.consoleEndpoint?.replace(/\/+$/, '') || httpBaseUrl(config)
  const whole = /^https?:\/\//i.test(base) ? base : `http${config.platform.insecure ? '' : 's'}://${base}`
  const [inProject, inDomain, named] = [project, domain, name].map(encodeURIComponent)
  return `${whole}/console/projects/${inProject}/domains/${inDomain}/executions/${named}`
}
