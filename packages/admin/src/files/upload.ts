import { defined, FlyteError, isPermanentFailure, networkFailure, originAndPath, systemClock } from '@flyte-js/core'
import type { CreateUploadLocationResponse } from '@flyte-js/idl'
import { AdminError } from '../admin-error.js'
import { isEnded, mayPass, type StoreAnswer } from './store-answer.js'
import type { UploadClient, UploadedFile, UploadOptions, UploadTarget } from './upload-contract.js'
import { headersOf } from './upload-headers.js'

/** A file as it is sent: known whole, so that it can be sent again. */
export interface UploadSource {
  size: number
  /** Its MD5 in base64. */
  md5: string
  /** Sends it once. What it throws counts as a failure of the network, but for errors of flyte-js. */
  put(url: string, headers: Record<string, string>, onSent: (sent: number) => void): Promise<StoreAnswer>
}

const firstDelay = 500

/** Asks for a signed URL and sends the file there, anew when that fails and with another URL when the first one has ended. */
export async function upload(
  { dataProxy }: UploadClient,
  target: UploadTarget,
  source: UploadSource,
  options: UploadOptions,
): Promise<UploadedFile> {
  const { signal, onProgress, clock = systemClock, random = Math.random } = options
  const { limit = 4, maxDelay = 8_000 } = options.retries ?? {}
  const ending = signal && { signal }
  const { md5, size } = source
  const request = locationRequest(target, md5)
  const locate = async () => {
    const location = await dataProxy.createUploadLocation(request, ending)
    if (/^https?:\/\//.test(location.signed_url)) return location
    throw failed(location, undefined, new Error('no http(s) URL'))
  }
  const tell = (sent: number) => {
    try {
      onProgress?.({ sent, total: size })
    } catch {
      // A broken progress bar must not break an upload.
    }
  }

  let location = await locate()
  let isRenewed = false
  for (let retry = 0; ; ) {
    let answer: StoreAnswer | undefined
    let cause: unknown
    try {
      tell(0)
      answer = await source.put(location.signed_url, headersOf(location, md5), tell)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (FlyteError.isInstance(error)) throw error
      cause = error
    }
    if (answer && answer.status >= 200 && answer.status < 300) {
      tell(size)
      return { nativeUrl: location.native_url, md5, size }
    }
    // The URL may have ended while the file was sent, or the store's clock runs otherwise. Once only: it may be a real refusal.
    if (answer && isEnded(answer) && !isRenewed) {
      isRenewed = true
      location = await locate()
      continue
    }
    const isFinal = answer ? !mayPass(answer.status) : isPermanentFailure(cause)
    if (retry >= limit || isFinal) throw failed(location, answer, cause)
    await clock.sleep(random() * Math.min(maxDelay, firstDelay * 2 ** retry), ending)
    retry += 1
    if (Date.parse(location.expires_at ?? '') <= clock.now()) location = await locate()
  }
}

function locationRequest({ expiresIn, ...target }: UploadTarget, content_md5: string) {
  const { project, domain, org, filename, filenameRoot: filename_root } = target
  if (expiresIn !== undefined && !(expiresIn > 0))
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', 'expiresIn must be milliseconds, more than 0')
  // Flyte Admin resolves names as parts of a URL: these would leave the folder, or lose a part.
  const odd = [filename, filename_root].find((name) => name !== undefined && /[?#%\\]|(^|\/)\.\.?(\/|$)/.test(name))
  if (odd !== undefined) {
    const message = `The file cannot be called ${odd} in the store: give a filename without ?, #, %, \\ and ..`
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', message)
  }
  const expires_in = expiresIn === undefined ? undefined : `${expiresIn / 1000}s`
  const fields = { project, domain, org, filename, filename_root, expires_in, content_md5 }
  return defined({ ...fields, add_content_md5_metadata: true })
}

function failed(
  { signed_url: url }: CreateUploadLocationResponse,
  answer: StoreAnswer | undefined,
  cause: unknown,
): AdminError {
  const store = originAndPath(url)
  const { status, reason } = answer ?? {}
  const message =
    answer === undefined
      ? `${store} cannot be reached: ${networkFailure(cause)}. Check that this machine reaches the store; in a browser, that the store's CORS lets this origin in`
      : reason === 'BadDigest'
        ? `${store} got another file than was announced: it changed while it was read. Upload it again`
        : `${store} answered with HTTP ${status}${reason ? ` (${reason})` : ''}. Upload again, or ask who runs the store`
  return new AdminError('FLYTE_ADMIN_UPLOAD_FAILED', `The file was not taken: ${message}`, {
    rpc: 'createUploadLocation',
    url,
    ...defined({ status }),
    isRetryable: answer ? mayPass(answer.status) : !isPermanentFailure(cause),
    cause,
  })
}
