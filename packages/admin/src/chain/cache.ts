import type { EventListener } from '@flyte-js/core'
import { freeze } from './freeze.js'
import { type Call, type Handler, tell } from './link.js'

/** How much is kept. */
export interface CacheOptions {
  /** How many messages. Default 500. */
  entries?: number
  /** How many bytes, by the length of the answers. Default 32 MiB. */
  bytes?: number
}

/** What {@link createCache} makes. */
export interface Cache {
  /** The link of the chain. */
  link(next: Handler): Handler
  /** Forgets everything, also what is still under way. */
  clear(): void
}

/** What Flyte Admin never changes once it is registered, as long as it is asked for by its full identifier. */
const immutable: ReadonlySet<string> = new Set(['getTask', 'getWorkflow', 'getDescriptionEntity'])

interface Entry {
  message: unknown
  size: number
}

/**
 * Keeps the messages that never change; the one that was used least recently goes first.
 *
 * Launch plans carry their state, executions and lists change: these are never kept.
 */
export function createCache(options: CacheOptions = {}, onEvent?: EventListener): Cache {
  const { entries: most = 500, bytes: largest = 32 * 1024 * 1024 } = options
  let entries = new Map<string, Entry>()
  let bytes = 0

  function keep(url: string, entry: Entry): void {
    if (entry.size > largest) return
    bytes += entry.size - (entries.get(url)?.size ?? 0)
    entries.delete(url)
    entries.set(url, entry)
    for (const [oldest, { size }] of entries) {
      if (entries.size <= most && bytes <= largest) break
      entries.delete(oldest)
      bytes -= size
    }
  }

  async function lookUp(call: Call, next: Handler): Promise<unknown> {
    const { url } = call
    const known = entries.get(url)
    if (known) {
      keep(url, known)
      tell(call, onEvent, { type: 'admin.cached' })
      return known.message
    }
    const current = entries
    const message = freeze(await next(call))
    // Who has logged out meanwhile has cleared it.
    if (current === entries) keep(url, { message, size: call.size })
    return message
  }

  return {
    link: (next) => (call) => (most < 1 || !immutable.has(call.rpc) ? next(call) : lookUp(call, next)),
    clear() {
      entries = new Map()
      bytes = 0
    },
  }
}
