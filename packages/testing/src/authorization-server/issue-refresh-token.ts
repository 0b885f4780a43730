import type { default as Provider } from 'oidc-provider'

/** What a refresh token is issued for. */
export interface RefreshTokenRequest {
  clientId: string
  accountId: string
  /** Separated by spaces. */
  scope: string
  resource: string
}

/** A refresh token as a login with offline access leaves it, without the login. */
export async function issueRefreshToken(
  provider: Provider,
  { clientId, accountId, scope, resource }: RefreshTokenRequest,
): Promise<string> {
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new Error(`There is no client ${clientId}; name it in the option clients`)
  const grant = new provider.Grant({ clientId, accountId })
  grant.addOIDCScope(scope)
  grant.addResourceScope(resource, scope)
  const grantId = await grant.save()
  // The types want fields that only a real login has.
  const token = new provider.RefreshToken({
    client,
    accountId,
    grantId,
    gty: 'authorization_code',
    scope,
    resource,
    claims: {},
  } as never)
  return token.save()
}
