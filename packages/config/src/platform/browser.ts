import type { ConfigFinding } from '../config-file.js'

/**
 * In a page, what is resolved was written by a program and not by a person at a terminal, so the names of everybody's settings
 * are left out of its bundle: they are a fifth of this package.
 */
export const lint = (): ConfigFinding[] => []

/** A page runs no commands. */
export const refuseForeignCommands = (): void => {}
