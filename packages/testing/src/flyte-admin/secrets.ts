// The keys of an embedded Flyte Admin: all that it needs to know its tokens and sessions again after a restart.
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** The keys of a server, as plain JSON. */
export interface AdminSecrets {
  /** The private key that signs codes and tokens; none where another server does. */
  signingKey?: JWK
  /** The key that seals cookies and code challenges: 32 bytes in base64. */
  sealingKey: string
}

/** Adds fresh keys for those that were not given. */
export async function completeSecrets(
  given: AdminSecrets | undefined,
  { isSigning }: { isSigning: boolean },
): Promise<AdminSecrets> {
  const secrets = given ?? { sealingKey: randomBytes(32).toString('base64') }
  if (!isSigning || secrets.signingKey !== undefined) return secrets
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...secrets, signingKey: await exportJWK(privateKey) }
}
