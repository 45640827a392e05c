/** The paths of Monei Connect, on one origin. */
export const PATHS = {
  overview: '/',
  authorization: '/connect/authorize',
  token: '/api/v1/connect/token',
  revocation: '/api/v1/connect/token/revoke',
  profile: '/api/v1/user/me',
} as const;

/** What stands before the paths of Monei's API. */
export const API = '/api/v1';
