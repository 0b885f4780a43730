import { Argument, type Command } from 'commander'
import type { Does } from './running.js'

/** `completion`: what a shell needs to complete words. */
export function addCompletionCommand(program: Command, does: Does): void {
  does(
    program
      .command('completion')
      .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
      .description('Print a script that has a shell complete commands and flags')
      .addHelpText(
        'after',
        `
bash: source <(flyte-js completion bash)                                    in ~/.bashrc
zsh:  source <(flyte-js completion zsh)                                     in ~/.zshrc, behind compinit
fish: flyte-js completion fish > ~/.config/fish/completions/flyte-js.fish`,
      ),
    async (session, _options, shell) => {
      const [{ commandTree }, { completionScripts }] = await Promise.all([
        import('../completion/command-tree.js'),
        import('../completion/scripts.js'),
      ])
      const script = completionScripts[shell as keyof typeof completionScripts]
      session.io.stdout.write(script(commandTree(program)))
    },
  )
}
