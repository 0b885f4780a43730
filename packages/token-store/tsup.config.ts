import { packageBuild } from '../../.config/tsup'

export default packageBuild({
  isomorphic: {
    index: 'src/index.ts',
    'browser/web-storage': 'src/browser/web-storage.ts',
    'browser/indexed-db': 'src/browser/indexed-db.ts',
  },
  node: {
    'node/file': 'src/node/file.ts',
    'node/keyring': 'src/node/keyring.ts',
    'node/redis': 'src/node/redis.ts',
  },
  // Bundled, because the part that is used is a fifteenth of what zod loads otherwise.
  noExternal: ['zod'],
})
