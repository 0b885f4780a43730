// How long signed URLs live.
import { invalidArgument } from '../grpc-status.js'
import { type Message, stringField } from '../message.js'

/** An hour, Flyte Admin's default for the longest life, which is also what is given when nothing is asked for. */
export const longestLife = 3_600_000

/** The milliseconds of a duration such as `1.5s`. */
export function milliseconds(duration: string): number {
  return Number(duration.replace(/s$/, '')) * 1000
}

/** The life that a request for a download asks for; refuses what is negative or too long. */
export function checkedDuration(request: Message, prefix: string): number {
  const given = stringField(request, 'expires_in')
  if (given === '') return longestLife
  const life = milliseconds(given)
  if (life < 0) throw invalidArgument(`${prefix}input duration [${goDuration(life)}] should not less than 0`)
  if (life <= longestLife) return life
  throw invalidArgument(`${prefix}input duration [${goDuration(life)}] cannot exceed max allowed expiration [1h0m0s]`)
}

/** As Go writes a duration of whole seconds: `1h0m0s`, `2m0s`, `5s`. */
export function goDuration(life: number): string {
  const seconds = Math.abs(life) / 1000
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const written = `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${rest}s`
  return life < 0 ? `-${written}` : written
}
