/** The paths of Monei Connect. All are on one origin here. */
export const PATHS = {
  startPage: '/',
  authorization: '/connect/authorize',
  token: '/api/v1/connect/token',
  revocation: '/api/v1/connect/token/revoke',
  profile: '/api/v1/user/me',
} as const;

/** The common prefix of the paths of Monei's API. */
export const API = '/api/v1';

/** Returns the URLs of the endpoints and of the API of an emulator with this origin. */
export function addressesAt(origin: string) {
  return {
    endpoints: {
      authorizationURL: origin + PATHS.authorization,
      tokenURL: origin + PATHS.token,
      revocationURL: origin + PATHS.revocation,
      userProfileURL: origin + PATHS.profile,
    },
    apiURL: origin + API,
  };
}
