import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'

/** A value in a document, and where its key stands. */
export interface Found {
  readonly node: Node | null
  readonly offset: number
}

/** Finds a value by its keys, through aliases and merge keys. */
export function findNode(document: Document, keys: readonly string[]): Found | undefined {
  let found: Found | undefined = { node: document.contents, offset: 0 }
  for (const key of keys) {
    const parent = resolveAlias(document, found?.node)
    if (isMap(parent)) found = findInMap(document, parent, key)
    else if (!isSeq(parent)) return undefined
    if (found === undefined) return undefined
  }
  return found
}

/** The node that an alias (`*name`) stands for, or the node itself. */
export function resolveAlias(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node
}

/** The text of a key; `undefined` for a merge key, which is none. */
export function keyOf({ key }: Pair): string | undefined {
  return isScalar(key) && typeof key.value !== 'symbol' && key.value !== '<<' ? String(key.value) : undefined
}

function findInMap(document: Document, map: YAMLMap, key: string): Found | undefined {
  for (const pair of map.items) {
    if (keyOf(pair) === key) return { node: pair.value as Node | null, offset: (pair.key as Node).range?.[0] ?? 0 }
  }
  // What is merged in gives way to the map's own keys, and what is merged in later to what was earlier.
  for (const pair of map.items.filter((each) => keyOf(each) === undefined)) {
    const merged = resolveAlias(document, pair.value)
    for (const each of isSeq(merged) ? merged.items : [merged]) {
      const source = resolveAlias(document, each)
      const found = isMap(source) ? findInMap(document, source, key) : undefined
      if (found !== undefined) return found
    }
  }
  return undefined
}
