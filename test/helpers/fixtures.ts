/** A client as registered with Monei. */
export const credentials = { clientID: 'mc_client', clientSecret: 'mcs_client-secret' };

/** A token response of Monei. */
export const pair = {
  access_token: 'mct_access',
  refresh_token: 'mcr_refresh',
  token_type: 'Bearer',
  expires_in: 3600,
  scopes: ['profile:read'],
};
