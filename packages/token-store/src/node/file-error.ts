import { type FlyteErrorCode, TokenStoreError } from '@flyte-js/core'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied: give yourself the right to it, or choose another `directory`',
  EDQUOT: 'the disk quota is used up: make room',
  EFBIG: 'it would be larger than files may be (see `ulimit -f`)',
  EIO: 'the disk failed',
  EMFILE: 'this process has too many open files (see `ulimit -n`)',
  ENFILE: 'the system has too many open files',
  ENOSPC: 'the disk is full: make room',
  ENOTDIR: 'a part of its path is not a directory',
  EPERM: 'the system does not permit it: choose another `directory`',
  EROFS: 'the file system is read-only: choose another `directory`',
}

/** The system's name for what went wrong, e.g. `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/**
 * The error for something that could not be done to a file or a directory; what is one already stays as it is.
 *
 * @param problem - a sentence without its end, e.g. `The token file /a/b cannot be read`
 */
export function fileError(code: FlyteErrorCode, problem: string, cause: unknown): TokenStoreError {
  if (TokenStoreError.isInstance(cause)) return cause
  const errno = errnoOf(cause)
  const reason = (errno !== undefined && reasons[errno]) || errno || 'the reason is the cause of this error'
  return new TokenStoreError(code, `${problem}: ${reason}`, { store: 'file', cause })
}

/** The error for what others could read or replace. */
export function insecure(problem: string, cure: string, cause?: unknown): TokenStoreError {
  return new TokenStoreError('FLYTE_STORE_INSECURE', `${problem}. ${cure}`, { store: 'file', cause })
}
