/**
 * Ctrl-C while something is under way: it is ended first, and then what happens is what would have happened without us.
 *
 * @param end - called at once
 */
export function onInterrupt(end: () => void): Interrupt {
  let isLeft = false
  const listener = () => {
    process.off('SIGINT', listener)
    // Who else listens decides what becomes of the process; without anybody, it ends.
    isLeft = process.listenerCount('SIGINT') === 0
    end()
  }
  // Before the others, of whom some are gone once they were called.
  process.prependListener('SIGINT', listener)
  return {
    stop() {
      process.off('SIGINT', listener)
      if (isLeft) process.kill(process.pid, 'SIGINT')
      isLeft = false
    },
  }
}

/** A watch over Ctrl-C. */
export interface Interrupt {
  /** Ends the watch, when all is put away; ends the process where it was interrupted and nobody else listens. */
  stop(): void
}
