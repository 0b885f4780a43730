// When packages may be published.

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {readonly string[]} pending the changesets that are in no version yet
 * @returns {string | undefined} why not
 */
export function whyNotPublish(environment, pending) {
  if (!environment.CI || !environment.ACTIONS_ID_TOKEN_REQUEST_URL)
    return (
      'Packages are published by .github/workflows/release.yml alone: npm proves where they come from (provenance) by an identity ' +
      'token, which a job of GitHub Actions has with `permissions: id-token: write`. To see what would be published: npm run release -- --dry-run'
    )
  if (pending.length > 0)
    return `These changesets are in no version yet: ${pending.join(', ')}. Run npm run release -- --version, and have the outcome merged first`
  return undefined
}
