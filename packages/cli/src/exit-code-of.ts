import { FlyteError } from '@flyte-js/core'
import { exitCodes } from './exit-code.js'

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (!FlyteError.isInstance(error)) return exitCodes.failed
  const { code } = error
  // By name and not by class: the class would have the client of Flyte Admin loaded.
  const { status, grpcStatus } = error as { status?: number; grpcStatus?: string }
  if (code.startsWith('FLYTE_AUTH_') || code === 'FLYTE_ADMIN_UNAUTHENTICATED') return exitCodes.auth
  if (code === 'FLYTE_ADMIN_RPC_FAILED') {
    if (grpcStatus === 'NOT_FOUND' || (grpcStatus === undefined && status === 404)) return exitCodes.notFound
    if (grpcStatus === 'PERMISSION_DENIED' || status === 403) return exitCodes.auth
    return exitCodes.failed
  }
  return isUsage(code) ? exitCodes.usage : exitCodes.failed
}

/** What is put right at the command line or in the configuration, before any server is asked. */
function isUsage(code: string): boolean {
  return (
    code === 'FLYTE_INVALID_ARGUMENT' ||
    code.startsWith('FLYTE_CONFIG_') ||
    code === 'FLYTE_ADMIN_REQUEST_INVALID' ||
    code === 'FLYTE_ADMIN_INPUTS_INVALID'
  )
}
