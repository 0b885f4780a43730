/** What a login is opened with that may ask nobody: one that only a person could renew is over. */
export const asksNobody = {
  config: { credentials: { authMode: 'pkce' } },
  login: { browser: false, isTerminal: false },
} as const
