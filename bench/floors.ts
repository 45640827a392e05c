import http, { type OutgoingHttpHeaders } from 'node:http';
import nodeFetch from 'node-fetch';
import { CLIENT } from './subjects.js';

const agent = new http.Agent({ keepAlive: true });

const EXCHANGE = JSON.stringify({
  grant_type: 'authorization_code',
  code: 'SplxlOBeZQQYbYS6WxSbIA',
  redirect_uri: CLIENT.callbackURL,
  client_id: CLIENT.clientID,
  client_secret: CLIENT.clientSecret,
});

/** The two requests of a sign-in, without a redirect and without checks of the responses. */
export const FLOORS = {
  'node:http': async (api: string): Promise<unknown> => {
    const length = Buffer.byteLength(EXCHANGE);
    const headers = { 'content-type': 'application/json', 'content-length': length };
    const { access_token: token } = await request(`${api}/token`, 'POST', headers, EXCHANGE);
    return request(`${api}/userinfo`, 'GET', { authorization: `Bearer ${token}` });
  },
  'node-fetch': async (api: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const exchanged = await nodeFetch(`${api}/token`, { method: 'POST', headers, body: EXCHANGE, agent });
    const { access_token: token } = (await exchanged.json()) as Answer;
    const authorization = `Bearer ${token}`;
    return (await nodeFetch(`${api}/userinfo`, { headers: { authorization }, agent })).json();
  },
};

export type FloorName = keyof typeof FLOORS;

interface Answer {
  access_token?: string;
}

function request(
  url: string,
  method: string,
  headers: OutgoingHttpHeaders,
  content?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method, headers, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(JSON.parse(body)));
    });
    sent.on('error', reject);
    sent.end(content);
  });
}
