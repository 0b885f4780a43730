import type { DevicePrompt } from '@flyte-js/device-auth'
import type { Surroundings } from '@flyte-js/pkce-auth/node'

/** Whether a person can be expected to read what is printed. Many CI systems have a terminal that nobody sits at. */
export function isAttended(surroundings: Surroundings): boolean {
  return surroundings.isTerminal && !isSet(surroundings.env.CI)
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false'].includes(variable.toLowerCase())
}

/** Tells whoever waits why nothing happens. */
export function printWaiting(): void {
  process.stderr.write('Another process has this login in hand, and may be asking for it: waiting\n')
}

/** Tells a person where to go, on stderr: what a program prints to stdout may be read by another one. */
export function printDevicePrompt({ verificationUri, verificationUriComplete, userCode }: DevicePrompt): void {
  const place = verificationUriComplete ?? verificationUri
  process.stderr.write(`To log in, open ${place} on any device, and check or type in the code ${userCode}\n`)
}
