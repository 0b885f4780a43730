// How every package is built: one ESM graph with shared chunks, so that two entries never carry two copies of a class,
// and declarations made apart for the isomorphic and the Node entries, because each has a tsconfig of its own.
import { rmSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

type Entries = Record<string, string>

export function packageBuild({
  isomorphic = {},
  node = {},
  inOneFile,
  onSuccess,
  ...extra
}: { isomorphic?: Entries; node?: Entries; inOneFile?: { entry: Entries } & Partial<Options> } & Partial<Options>) {
  // Once, before the builds below run side by side: each of them would clean away what another has just made.
  rmSync('dist', { recursive: true, force: true })
  const base: Options = {
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: [/^#/, /^node:/],
    removeNodeProtocol: false,
    clean: false,
    ...extra,
  }
  const declarations = (entry: Entries, tsconfig: string): Options[] =>
    Object.keys(entry).length === 0 ? [] : [{ ...base, name: `d.ts ${tsconfig}`, entry, tsconfig, dts: { only: true } }]
  return defineConfig([
    {
      ...base,
      name: 'js',
      // After the code only: the declarations are made beside it.
      ...(onSuccess && { onSuccess }),
      entry: { ...isomorphic, ...node },
      tsconfig: 'tsconfig.json',
      sourcemap: true,
      splitting: true,
      treeshake: true,
    },
    // What must start at once: without modules that it has in common with the rest, and so with copies of them.
    ...(inOneFile
      ? [{ ...base, name: 'js in one file', minify: true, splitting: false, treeshake: true, ...inOneFile }]
      : []),
    ...declarations(isomorphic, 'tsconfig.json'),
    ...declarations(node, 'src/node/tsconfig.json'),
  ])
}
