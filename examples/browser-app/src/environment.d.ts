// What Vite puts in when it builds: see .env.
interface ImportMeta {
  readonly env: {
    readonly VITE_FLYTE_ENDPOINT: string
    readonly VITE_FLYTE_SIGN_IN: string
    readonly VITE_FLYTE_CLIENT_ID: string
    readonly VITE_FLYTE_SCOPES: string
  }
}
