import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml'

/** A value in a document, and where its key stands. */
export interface Found {
  readonly node: Node | null
  readonly offset: number
}

/** A document whose aliases have been looked up, once: the library searches the whole of it for each. */
export interface Tree {
  readonly document: Document
  /** The first alias without an anchor. */
  readonly unresolved: Alias | undefined
  /** The node that an alias (`*name`) stands for, or the node itself. */
  resolve(node: unknown): unknown
}

/** Looks up the aliases of a document: each stands for the last node before it that has its name. */
export function createTree(document: Document): Tree {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  let unresolved: Alias | undefined
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source)
      if (target === undefined) unresolved ??= alias
      else targets.set(alias, target)
    },
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, node)
    },
  })
  return { document, unresolved, resolve: (node) => (isAlias(node) ? targets.get(node) : node) }
}

/** Finds a value by its keys, through aliases and merge keys. A list has no keys. */
export function findNode({ document, resolve }: Tree, keys: readonly string[]): Found | undefined {
  let found: Found | undefined = { node: document.contents, offset: 0 }
  for (const key of keys) {
    const parent: unknown = resolve(found?.node)
    found = isMap(parent) ? findInMap(parent, key, resolve) : undefined
    if (found === undefined) return undefined
  }
  return found
}

/** The text of a key; `undefined` for a merge key, and for one that is no text. */
export function keyOf({ key }: Pair, resolve: Tree['resolve']): string | undefined {
  const scalar = resolve(key)
  return isScalar(scalar) && typeof scalar.value !== 'symbol' ? String(scalar.value) : undefined
}

/** Where a pair begins. */
export function offsetOf({ key }: Pair): number {
  return isNode(key) ? (key.range?.[0] ?? 0) : 0
}

function findInMap(map: YAMLMap, key: string, resolve: Tree['resolve']): Found | undefined {
  for (const pair of map.items) {
    if (keyOf(pair, resolve) === key) return { node: pair.value as Node | null, offset: offsetOf(pair) }
  }
  // What is merged in gives way to the map's own keys, and what is merged in later to what was earlier.
  for (const { key: merge, value } of map.items) {
    if (!(isScalar(merge) && typeof merge.value === 'symbol')) continue
    const merged = resolve(value)
    for (const each of isSeq(merged) ? merged.items : [merged]) {
      const source = resolve(each)
      const found = isMap(source) ? findInMap(source, key, resolve) : undefined
      if (found !== undefined) return found
    }
  }
  return undefined
}
