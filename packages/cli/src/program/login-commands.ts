import type { Command } from 'commander'
import type { Does } from './running.js'

/** `login`, `logout`, `whoami`, `token`: who one is to Flyte. */
export function addLoginCommands(program: Command, does: Does): void {
  does(
    program
      .command('login')
      .description('Log in anew, whatever login there is, for all programs that share the store of logins')
      .option('--device', 'by a code that is typed in on any device')
      .option('--no-browser', 'start no browser: print the URL, or a code'),
    async (session, { device, browser }) =>
      (await import('../commands/login.js')).login(session, {
        isByDevice: device === true,
        isBrowserWanted: browser !== false,
      }),
  )
  does(
    program.command('logout').description('End the login, here and at the server where it can be told'),
    async (session) => (await import('../commands/logout.js')).logout(session),
  )
  does(
    program.command('whoami').description('Show who is logged in, how, for how long, and where the login is kept'),
    async (session) => (await import('../commands/whoami.js')).whoami(session),
  )
  does(
    program
      .command('token')
      .description('Print an access token, for scripts; it is renewed, or got anew, where that is needed')
      .option('--header', 'as a line for curl -H: "authorization: Bearer …"'),
    async (session, { header }) => (await import('../commands/token.js')).token(session, { isHeader: header === true }),
  )
}
