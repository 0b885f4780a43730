import type { DevicePrompt } from '@flyte-js/device-auth'
import type { Surroundings } from '@flyte-js/pkce-auth/node'

/** Whether a person can be expected to read what is printed. Many CI systems have a terminal that nobody sits at. */
export function isAttended(surroundings: Surroundings): boolean {
  return surroundings.isTerminal && !isSet(surroundings.env.CI)
}

/** Whether a variable of a CI system's kind is set: `CI=false` means no. */
export function isSet(variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false'].includes(variable.toLowerCase())
}

/** Where lines for a person go: what a program prints to stdout may be read by another one. */
export function printToTerminal(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** What tells a person where to go. */
export function devicePromptLine({ verificationUri, verificationUriComplete, userCode }: DevicePrompt): string {
  return `To log in, open ${verificationUriComplete ?? verificationUri} on any device, and check or type in the code ${userCode}`
}
