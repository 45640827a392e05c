// Preloaded (node --import) by tests that run the README's snippets as they are: stands in for Monei's API.
import nock from 'nock';

const grants = {
  all: ['profile:read', 'wallet:read', 'wallet:send'],
  part: ['profile:read', 'wallet:read'],
  little: ['profile:read'],
};
const tokens = (scopes) => ({
  access_token: 'mct_nock',
  refresh_token: 'mcr_nock',
  token_type: 'Bearer',
  expires_in: 3600,
  scopes,
});

nock.disableNetConnect();
nock.enableNetConnect(/^(localhost|127\.0\.0\.1)/);
nock('https://api.monei.cc/api/v1')
  .persist()
  .post('/connect/token')
  .reply((_uri, body) => {
    if (body.grant_type === 'authorization_code') return [200, tokens(grants[body.code])];
    if (body.refresh_token === 'mcr_revoked')
      return [401, { statusCode: 401, message: 'Invalid or expired token' }];
    return [200, tokens(grants.all)];
  })
  .post('/connect/token/revoke')
  .reply(200, { statusCode: 200, message: 'Success' })
  .get('/user/me')
  .reply(200, { statusCode: 200, message: 'Success', data: { id: 'u1', firstName: 'Ada', lastName: 'Obi' } });
