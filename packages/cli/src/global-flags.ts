import { type Command, Option } from 'commander'
import { type Format, formats } from './output/format.js'

/** The flags that every command has, before or behind its name. */
export interface GlobalFlags {
  /** The configuration file. */
  readonly config?: string
  /** The profile: `~/.flyte/config.<profile>.yaml`. */
  readonly profile?: string
  /** Where Flyte Admin is. */
  readonly endpoint?: string
  readonly project?: string
  readonly domain?: string
  readonly output: Format
  readonly verbose?: boolean
  /** False by `--no-color`. */
  readonly color: boolean
  /** Plain HTTP. */
  readonly insecure?: boolean
}

/** Adds them to the program. Their letters are flytectl's. */
export function addGlobalFlags(program: Command): Command {
  const profile = new Option('--profile <name>', 'use the profile ~/.flyte/config.<name>.yaml (FLYTE_PROFILE)')
  return program
    .option('-c, --config <file>', 'configuration file (FLYTECTL_CONFIG; default ~/.flyte/config.yaml)')
    .addOption(profile.conflicts('config'))
    .option('--endpoint <host>', 'where Flyte Admin is (FLYTE_PLATFORM_URL)')
    .option('--insecure', 'speak plain HTTP (FLYTE_PLATFORM_INSECURE)')
    .option('-p, --project <project>', 'the project (FLYTE_LOCAL_PROJECT)')
    .option('-d, --domain <domain>', 'the domain (FLYTE_LOCAL_DOMAIN)')
    .addOption(new Option('-o, --output <format>', 'how to print the answer').choices(formats).default('table'))
    .option('-v, --verbose', 'tell on stderr what happens, one JSON object a line; never a token')
    .option('--no-color', 'no colours (NO_COLOR)')
}
