// oidc-provider says at import that Node 20 is too old for it. It runs there, so that one notice is held back.
/** Imports oidc-provider without its notice about the runtime. Whatever else it says comes through. */
export async function loadOidcProvider(): Promise<typeof import('oidc-provider')> {
  const { warn } = console
  const quietWarn = (...message: unknown[]) => {
    if (!String(message[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn.apply(console, message)
  }
  console.warn = quietWarn
  try {
    return await import('oidc-provider')
  } finally {
    if (console.warn === quietWarn) console.warn = warn
  }
}
