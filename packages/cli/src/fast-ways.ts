// The commands that have a way of their own, because they are to start at once. All of it is a question of how many files Node has to
// find and read, a millisecond each: a stored token's way is built into one file, and help is a file.

/** What scripts run again and again: `token`, or `token --header`, and no flag besides. */
export function isTokenAlone([command, flag, ...rest]: readonly string[]): boolean {
  return command === 'token' && (flag === undefined || flag === '--header') && rest.length === 0
}

/** What a person begins with. */
export function isHelpAlone([flag, ...rest]: readonly string[]): boolean {
  return (flag === '--help' || flag === '-h') && rest.length === 0
}
