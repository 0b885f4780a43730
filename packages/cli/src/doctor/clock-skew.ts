import { duration } from '../output/duration.js'
import { serverCheck } from './check.js'
import { fault, ok, skipped, warning } from './finding.js'

/** More than a header that counts in seconds and a slow network explain. */
const noticeable = 30_000

/** What servers forgive at most when they look at times, and how long before its end a token is renewed. */
const tooMuch = 300_000

const cure =
  'Set the clock of this machine by NTP (timedatectl set-ntp true); if it is right, have the server look at its own'

/** How far this machine's clock is from the server's, as `Date` tells it (RFC 9110 section 6.6.1). */
export const clockSkew = serverCheck({
  name: 'clock',
  limit: 5_000,
  cure,
  async run(_target, { known }) {
    const { text = '', askedAt = 0, answeredAt = 0 } = known.date ?? {}
    const date = Date.parse(text)
    if (Number.isNaN(date)) return skipped('the server does not tell its time')
    // It was written between question and answer, and has lost its fraction of a second.
    const skew = (askedAt + answeredAt) / 2 - (date + 500)
    const amount = Math.abs(skew)
    if (amount < 2_000 + (answeredAt - askedAt) / 2) return ok("as the server's")
    const found = `${duration(amount)} ${skew > 0 ? 'ahead of' : 'behind'} the server's`
    if (amount > tooMuch) return fault(`${found}: times in tokens are refused, and tokens renewed too late`, cure)
    return amount > noticeable ? warning(found, cure) : ok(found)
  },
})
