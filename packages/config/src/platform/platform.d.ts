/** What differs between platforms: `package.json` maps it to one file for browsers and to another for everything else. */
declare module '#platform' {
  /** Finds what is probably a mistake in the names of variables and keys, and in what they say together. */
  export const lint: (origins: import('../resolve-config.js').Origins) => import('../config-file.js').ConfigFinding[]
  /** Refuses a command that comes from a configuration file in the working directory. */
  export const refuseForeignCommands: (
    origins: import('../resolve-config.js').Origins,
    options: Readonly<import('../resolve-config.js').ResolveConfigOptions>,
  ) => void
}
