import type { Command } from 'commander'
import type { Does } from './running.js'

/** `config`: what is configured, and where. */
export function addConfigCommands(program: Command, does: Does): void {
  const config = program.command('config').description('Show, check and make the configuration')
  does(
    config
      .command('explain')
      .argument('[setting]', 'one setting, or a section, e.g. credentials')
      .description('Show every setting, its value and where it comes from; secrets are masked')
      .option('--set', 'only what somebody has set'),
    async (session, { set }, name) =>
      (await import('../commands/config-explain.js')).explain(session, name, { isSetOnly: set === true }),
  )
  does(
    config.command('check').description('Look for what is probably a mistake; the exit code is 1 where there is one'),
    async (session) => (await import('../commands/config-check.js')).check(session),
  )
  does(
    config
      .command('init')
      .description('Write a configuration file: ~/.flyte/config.yaml, or that of --profile or --config')
      .option('--host <host>', 'where Flyte Admin is, as flytectl calls --endpoint')
      .option('--auth <mode>', 'how to log in: pkce, deviceflow, clientsecret, externalcommand')
      .option('--client-id <id>', 'the id of your own client')
      .option('--client-secret-location <file>', 'the file with its secret')
      .option('--console <host>', "where Flyte's console is, if it is not the endpoint")
      .option('--force', 'put it in the place of a file that is there'),
    async (session, options) => (await import('../commands/config-init.js')).init(session, options),
  )
  does(config.command('path').description('Print the path of the configuration file that is used'), async (session) =>
    (await import('../commands/config-path.js')).path(session),
  )
  does(config.command('profiles').description('Show the profiles: ~/.flyte/config.<profile>.yaml'), async (session) =>
    (await import('../commands/config-profiles.js')).profiles(session),
  )
}
