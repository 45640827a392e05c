import type { RequestListener } from 'node:http';

const TOKENS = JSON.stringify({
  access_token: 'mct_7bq0Zt2cXv5nYp8sLr3wKd6f',
  refresh_token: 'mcr_1gHj4kMz9xTa6bVe2yQu8nRw',
  token_type: 'Bearer',
  expires_in: 3600,
  scopes: ['profile:read'],
});

const PERSON = { id: '64b7f0c2a1d94e0012ab34cd', name: 'Ada Obi', email: 'ada@example.com' };

/** A response with the fields of every subject, so that all of them parse the same bytes. */
const PROFILE = JSON.stringify({
  statusCode: 200,
  message: 'Success',
  data: { ...PERSON, firstName: 'Ada', lastName: 'Obi', phone: '+2348012345678' },
  ...PERSON,
  sub: PERSON.id,
  given_name: 'Ada',
  family_name: 'Obi',
  login: 'ada',
});

/** The keep-alive timeout of the servers in milliseconds. It is longer than every pause, so only the subject closes connections. */
export const KEEP_ALIVE = { keepAliveTimeout: 60_000 };

/** The provider that every subject signs in at: a token endpoint and a profile. */
export const api: RequestListener = (request, response) => {
  const body = request.method === 'POST' ? TOKENS : PROFILE;
  request.resume().on('end', () => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    response.writeHead(200, headers).end(body);
  });
};
