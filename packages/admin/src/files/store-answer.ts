/** What the store said. */
export interface StoreAnswer {
  status: number
  /** The store's word for what is wrong, e.g. `BadDigest`, where it said one. */
  reason?: string | undefined
}

/** Whether the signed URL may have ended: S3 and Azure say 403 to a URL that has ended, S3 with temporary credentials and Google 400. */
export function isEnded({ status, reason = '' }: StoreAnswer): boolean {
  return status === 401 || status === 403 || (status === 400 && /^(Expired|Token)/.test(reason))
}

/** What the store may take a moment later. */
export function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** What S3, Google and Azure write into their refusals: `<Code>BadDigest</Code>`. The rest may quote the signature. */
export function reasonOf(body: string): string | undefined {
  return /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body)?.[1]
}
