import { isIP } from 'node:net'
import { serverCheck } from './check.js'
import { addressOf } from './connect.js'
import { fault, ok, placeOf, skipped } from './finding.js'

const cure = 'Check the network and its name servers (/etc/resolv.conf); a name of a private network needs its VPN'

/** Whether the system knows the name of the endpoint. */
export const nameResolution = serverCheck({
  name: 'name-resolution',
  limit: 10_000,
  cure,
  blocks: 'the name does not resolve',
  async run({ url, proxy }, { lookup }) {
    if (proxy) return skipped(`the proxy ${placeOf(proxy)} resolves names`)
    const { host } = addressOf(url)
    if (isIP(host) !== 0) return ok(`${host} is an address`)
    try {
      const addresses = await lookup(host)
      return ok(`${host} is ${addresses.map(({ address }) => address).join(', ')}`)
    } catch (error) {
      const { code = 'no code' } = error as NodeJS.ErrnoException
      if (code !== 'ENOTFOUND') return fault(`nobody says what ${host} is (${code})`, cure)
      const misspelt = 'Check the host in platform.url (FLYTE_PLATFORM_URL); a name of a private network needs its VPN'
      return fault(`there is no name ${host}`, misspelt)
    }
  },
})
