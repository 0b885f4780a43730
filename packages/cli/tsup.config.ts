import { rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { packageBuild } from '../../.config/tsup'
import {
  builtinModulesOnUse,
  bundled,
  ownForNode,
  withBuiltinModules,
  withoutLoadedOnUse,
} from '../../.config/tsup-bundled'

// Our own packages, too: to find and read fifty files takes a command as long as all that it does.
const together = bundled([
  /^@flyte-js\//,
  'commander',
  'env-paths',
  'is-safe-filename',
  'oauth4webapi',
  'string-width',
  'yaml',
  'yocto-spinner',
])

export default packageBuild({
  isomorphic: { main: 'src/main.ts' },
  // The ways that are to start at once: to find and read a file takes Node a millisecond.
  inOneFile: {
    entry: {
      start: 'src/start.ts',
      'stored-token': 'src/stored-token.ts',
      'main-help': 'src/main-help.ts',
      'config-yaml': '../config/src/yaml/index.ts',
    },
    noExternal: together.noExternal,
    external: ['./main.js', './stored-token.js', '@napi-rs/keyring'],
    async onSuccess() {
      const program = 'dist/main-help.js'
      const { mainHelp } = await import(resolve(program))
      await writeFile('dist/main-help.txt', mainHelp())
      await rm(program)
    },
    esbuildPlugins: [
      builtinModulesOnUse(),
      withBuiltinModules('commander'),
      withoutLoadedOnUse({
        // The places where a login is stored.
        kept: /\/token-store(\/file|\/keyring)?$|^env-paths$|^@napi-rs\/keyring$|^\.\/(main|stored-token)\.js$/,
        beside: { './config-yaml.js': /\/yaml\.js$/ },
      }),
      ownForNode,
    ],
  },
  // What is loaded in rare cases only, or is native.
  external: [/^node:/, '@napi-rs/keyring', 'cross-fetch', 'http-proxy-agent', 'https-proxy-agent', 'open', 'redis'],
  esbuildOptions(options) {
    // Without the comments of libraries; names stay, for the stack that --verbose shows.
    options.minifyWhitespace = true
    options.logOverride = { 'ignored-bare-import': 'silent' }
  },
  esbuildPlugins: [ownForNode, withBuiltinModules('commander')],
  ...together,
})
