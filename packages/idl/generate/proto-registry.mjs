// @ts-check
// Compiles flyteidl's protos, with their comments, into descriptors that the rest of the generator can walk.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

// Resolved and not spelled out, because npm may hoist a package to any node_modules above this one.
const { resolve } = createRequire(import.meta.url)

/** Where the installed flyteidl is: its `protos` folder, LICENSE and NOTICE. */
export const flyteidlDirectory = dirname(resolve('@flyteorg/flyteidl/package.json'))

/** The version of the installed flyteidl. */
export const flyteidlVersion = JSON.parse(readFileSync(join(flyteidlDirectory, 'package.json'), 'utf8')).version

/**
 * Builds a registry of every proto that flyteidl's services import, without the network.
 *
 * @returns {import('@bufbuild/protobuf').FileRegistry}
 */
export function loadProtoRegistry() {
  const directory = mkdtempSync(join(tmpdir(), 'flyteidl-protos-'))
  try {
    const tree = join(directory, 'protos')
    cpSync(join(flyteidlDirectory, 'protos', 'flyteidl'), join(tree, 'flyteidl'), { recursive: true })
    cpSync(fileURLToPath(new URL('protos', import.meta.url)), tree, { recursive: true })
    for (const file of ['google/api/annotations.proto', 'google/api/http.proto']) {
      cpSync(resolve(`protobufjs/${file}`), join(tree, file))
    }
    const image = join(directory, 'image.binpb')
    // buf's launcher finds the binary of this platform by itself and needs no install script to have run.
    execFileSync(
      process.execPath,
      [resolve('@bufbuild/buf/bin/buf'), 'build', tree, '--path', join(tree, 'flyteidl', 'service'), '-o', image],
      { env: { ...process.env, BUF_CACHE_DIR: join(directory, 'cache') }, stdio: ['ignore', 'inherit', 'inherit'] },
    )
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
