import { packageBuild } from '../../.config/tsup'
import { bundled, withBuiltinModules } from '../../.config/tsup-bundled'

export default packageBuild({
  isomorphic: { main: 'src/main.ts' },
  // What is loaded in rare cases only, or is native.
  external: [/^node:/, '@napi-rs/keyring', 'cross-fetch', 'http-proxy-agent', 'https-proxy-agent', 'open', 'redis'],
  esbuildOptions(options) {
    // Without the comments of libraries; names stay, for the stack that --verbose shows.
    options.minifyWhitespace = true
    options.logOverride = { 'ignored-bare-import': 'silent' }
  },
  esbuildPlugins: [withBuiltinModules('commander')],
  // Our own packages, too: to find and read fifty files takes a command as long as all that it does.
  ...bundled([
    /^@flyte-js\//,
    'commander',
    'env-paths',
    'is-safe-filename',
    'oauth4webapi',
    'string-width',
    'yaml',
    'yocto-spinner',
  ]),
})
