/** Where Monei Connect lives. Source: docs.monei.cc/connect/oauth-flow and /connect/tokens. */
export const MONEI_ENDPOINTS = {
  authorizationURL: 'https://monei.cc/connect/authorize',
  tokenURL: 'https://api.monei.cc/api/v1/connect/token',
  revocationURL: 'https://api.monei.cc/api/v1/connect/token/revoke',
  userProfileURL: 'https://api.monei.cc/api/v1/user/me',
} as const;

/** What paths of Monei's API are completed with. Source: docs.monei.cc/connect/oauth-flow. */
export const MONEI_API = 'https://api.monei.cc/api/v1';
