/** What one retry costs, counted in calls: retries are at most a tenth of them in the long run. */
const price = 10
/** Retries that may be spent at once: a script that has just begun may retry too. */
const reserve = 10 * price

/** How many retries all calls of a client together may spend, so that a server which is down is not asked five times as much. */
export interface RetryBudget {
  /** A call has begun. */
  earn(): void
  /** Takes one retry, where there is one. */
  spend(): boolean
}

/** Makes a full one (as gRPC's retry throttling, gRFC A6). */
export function createRetryBudget(): RetryBudget {
  let calls = reserve
  return {
    earn() {
      calls = Math.min(reserve, calls + 1)
    },
    spend() {
      if (calls < price) return false
      calls -= price
      return true
    },
  }
}
