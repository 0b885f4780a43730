// oidc-provider says at import that Node 20 is too old for it. It runs there, so that one notice is held back.
/** Imports oidc-provider without its notice about the runtime. Whatever else it says comes through. */
export async function loadOidcProvider(): Promise<typeof import('oidc-provider')> {
  const { warn } = console
  const quietWarn = without('oidc-provider WARNING: Unsupported runtime')
  console.warn = quietWarn
  try {
    return await import('oidc-provider')
  } finally {
    if (console.warn === quietWarn) console.warn = warn
  }
}

/** Makes a provider without its notice that its own pages are for development. That is what they are used for. */
export function withoutPagesNotice<Result>(make: () => Result): Result {
  const { warn } = console
  console.warn = without('oidc-provider WARNING: a quick start development-only feature devInteractions')
  try {
    return make()
  } finally {
    console.warn = warn
  }
}

function without(notice: string): typeof console.warn {
  const { warn } = console
  return (...message) => {
    if (!String(message[0]).includes(notice)) warn.apply(console, message)
  }
}
