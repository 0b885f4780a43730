// URLs as Go's net/url reads and writes them, which is not as browsers do: what it takes for a path may be a host to them.

/** The parts of a URL, or of a reference, that matter for where a redirect leads. */
export interface GoUrl {
  scheme: string
  /** Without its port, letter by letter as it was given. */
  hostname: string
  port: string
  /** Whether there is a path, which a fragment or a query alone has not. */
  hasPath: boolean
  /** The URL put together again, its path and fragment escaped where they must be. */
  text: string
}

/** Reads a URL; `undefined` where Go finds an error in it. */
export function parseGoUrl(raw: string): GoUrl | undefined {
  const [beforeFragment, fragment] = cut(raw, '#')
  if (Array.from(beforeFragment).some(isControl) || beforeFragment.startsWith(':')) return undefined
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(beforeFragment)?.[0] ?? ''
  const [hierarchy, query] = cut(scheme === '' ? beforeFragment : beforeFragment.slice(scheme.length + 1), '?')
  const prefix = scheme === '' ? '' : `${scheme.toLowerCase()}:`
  const suffix = `${query === undefined ? '' : `?${query}`}${fragment ? `#${escaped(fragment, '?!()*')}` : ''}`
  if (!isEscapedWell(fragment ?? '')) return undefined
  if (!hierarchy.startsWith('/')) {
    if (scheme !== '') return { ...nowhere, scheme, text: `${prefix}${hierarchy}${suffix}` }
    if (cut(hierarchy, '/')[0].includes(':')) return undefined
  }

  const hasAuthority = hierarchy.startsWith('//') && (scheme !== '' || !hierarchy.startsWith('///'))
  const pathStart = hasAuthority ? hierarchy.indexOf('/', 2) : 0
  const path = pathStart === -1 ? '' : hierarchy.slice(pathStart)
  const authority = hasAuthority ? hierarchy.slice(2, pathStart === -1 ? undefined : pathStart) : ''
  const host = /^(?<name>\[[^\]]*\]|[^:[\]]*)(:(?<port>\d*))?$/.exec(authority.slice(authority.lastIndexOf('@') + 1))
  if (host === null || !isEscapedWell(path)) return undefined
  return {
    scheme: scheme.toLowerCase(),
    hostname: (host.groups?.name ?? '').replace(/^\[(.*)\]$/, '$1'),
    port: host.groups?.port ?? '',
    hasPath: path !== '',
    text: `${prefix}${hasAuthority ? `//${authority}` : ''}${escaped(path)}${suffix}`,
  }
}

const nowhere = { hostname: '', port: '', hasPath: false }

function cut(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator)
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\x7f'
}

function isEscapedWell(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text)
}

/** What needs no escaping stays letter by letter; else all is escaped anew, but for the characters that are free there. */
function escaped(text: string, free = ''): string {
  if (!/[^\w.~!$&'()*+,;=:@/[\]%-]/.test(text.replaceAll('?', free && '.'))) return text
  const bytes = Array.from(Buffer.from(text), (byte) => String.fromCharCode(byte)).join('')
  return bytes
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[^\w.~$&+,/:;=@-]/g, (byte) => (free.includes(byte) ? byte : `%${hexOf(byte)}`))
}

function hexOf(byte: string): string {
  return byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}
