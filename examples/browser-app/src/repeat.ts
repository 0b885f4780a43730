// What is done again and again, until the page ends.

/** Does something again and again until the page ends; not while nobody looks at the tab. */
export async function repeat(
  milliseconds: number,
  signal: AbortSignal,
  run: () => Promise<void> | void,
): Promise<void> {
  try {
    for (;;) {
      await pause(milliseconds, signal)
      if (!document.hidden) await run()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Waits so many milliseconds; rejects when the page ends. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', end, { once: true })
  })
}
