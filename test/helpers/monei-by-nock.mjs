// Simulates Monei's API in the process of a snippet. Tests load it first, with node --import.
import nock from 'nock';

const grants = {
  all: ['profile:read', 'wallet:read', 'wallet:send'],
  part: ['profile:read', 'wallet:read'],
  little: ['profile:read'],
  other: ['profile:read', 'wallet:read', 'wallet:send'],
};
const users = {
  mct_ada: { id: 'u1', firstName: 'Ada', lastName: 'Obi' },
  mct_ben: { id: 'u2', firstName: 'Ben', lastName: 'Eze' },
};

const tokens = (scopes, accessToken = 'mct_ada') => ({
  access_token: accessToken,
  refresh_token: 'mcr_ada',
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
    if (body.code === 'broken') return [200, '<html>'];
    if (body.code === 'other') return [200, tokens(grants.other, 'mct_ben')];
    if (body.grant_type === 'authorization_code') return [200, tokens(grants[body.code])];
    return [200, tokens(grants.all)];
  })
  .post('/connect/token/revoke')
  .reply((_uri, { token }) => {
    console.log(`revoked ${token}`);
    return [200, { statusCode: 200, message: 'Success' }];
  })
  .get('/wallet/me')
  .reply(function () {
    const calledWith = this.req.headers.authorization;
    return calledWith === 'Bearer mct_old' ? [401, {}] : [200, { calledWith }];
  })
  .post('/wallet/payout/transfer', { amount: 5000 })
  .reply(201, {})
  .get('/user/me')
  .reply(function () {
    const data = users[this.req.headers.authorization.replace('Bearer ', '')];
    return [200, { statusCode: 200, message: 'Success', data }];
  });
