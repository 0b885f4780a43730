import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { defined } from '@flyte-js/core'
import * as z from 'zod/mini'

const schema = z.object({
  /** Random: no two holders, and no two turns of one holder, have the same. */
  owner: z.string(),
  pid: z.int().check(z.positive()),
  /** When the process began, by a clock of its own: a number that was given to another process since is told by it. */
  start: z.optional(z.string()),
  /** Where `pid` means something: the host, its run, and its namespace of processes. */
  host: z.string(),
})

/** Who holds a lock, as its file says. */
export type LockHolder = z.infer<typeof schema>

/** This process as the holder of a lock, or as one that wants to be. */
export function thisHolder(): LockHolder {
  const { pid } = process
  return { owner: crypto.randomUUID(), pid, host: thisHost(), ...defined({ start: statusOf(pid)?.start }) }
}

/** Reads the file of a lock; `undefined` where it says nothing that can be understood, as after a power cut. */
export function parseLockHolder(text: string): LockHolder | undefined {
  try {
    return schema.parse(JSON.parse(text)) as LockHolder
  } catch {
    return undefined
  }
}

/**
 * Whether the process of a holder lives. `unknown` for one on another host, or in another container, that shares the volume.
 */
export function lifeOf(holder: LockHolder | undefined): 'alive' | 'dead' | 'unknown' {
  if (holder === undefined || holder.host !== thisHost()) return 'unknown'
  if (!isAlive(holder.pid)) return 'dead'
  const status = statusOf(holder.pid)
  if (status === undefined) return 'alive'
  const isAnother = holder.start !== undefined && holder.start !== status.start
  // A zombie is dead, but for a parent that does not ask how it died, as the first process of many a container.
  return isAnother || status.state === 'Z' || status.state === 'X' ? 'dead' : 'alive'
}

/** Whether there is a process of this number here, zombies included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, but another user's.
    return (error as { code?: string }).code === 'EPERM'
  }
}

/** State and start of a process (proc(5), fields 3 and 22); `undefined` where there is no /proc, or it does not show. */
function statusOf(pid: number): { state: string | undefined; start: string | undefined } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets, and may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0], start: fields[19] }
  } catch {
    return undefined
  }
}

let host: string | undefined

function thisHost(): string {
  host ??= [
    hostname(),
    orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    orNothing(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' ')
  return host
}

function orNothing(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
