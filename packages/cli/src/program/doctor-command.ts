import type { Command } from 'commander'
import type { Does } from './running.js'

/** `doctor`: what is wrong between here and Flyte Admin. */
export function addDoctorCommand(program: Command, does: Does): void {
  does(
    program
      .command('doctor')
      .description(
        'Find out what is wrong: configuration, network, certificates, login; the exit code is 1 for a fault',
      )
      .option('--origin <origin>', 'also ask as a page of this origin would, e.g. https://app.example.com (CORS)')
      .option('--json', 'print JSON, as -o json does'),
    async (session, { origin, json }) =>
      (await import('../commands/doctor.js')).doctor(session, {
        origin: origin as string | undefined,
        isJson: json === true,
      }),
  )
}
