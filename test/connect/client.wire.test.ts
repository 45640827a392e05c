import { expect } from 'chai';
import { JSON_TYPE, useConnectServer } from '../helpers/connect-server.js';
import { everythingIn } from '../helpers/everything-in.js';
import { pair } from '../helpers/fixtures.js';
import { startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';

const exchange = { code: 'the-code-of-this-user', redirectURI: 'http://localhost/callback' };
const MEBIBYTE = 1024 * 1024;

describe('MoneiConnect on the wire', () => {
  const monei = useConnectServer();
  const { connect, reply } = monei;

  it('posts JSON with its length, to the path and query of the endpoint', async () => {
    reply(JSON.stringify(pair));
    await connect({ tokenURL: `${monei.server.url}/v1/token?tenant=a` }).exchangeCode({
      ...exchange,
      code: 'ọ̀',
    });
    const [request] = monei.server.seen;
    expect(request).to.include({ method: 'POST', url: '/v1/token?tenant=a' });
    expect(request?.headers).to.include({ 'content-type': 'application/json' });
    expect(request?.headers['content-length']).to.equal(String(Buffer.byteLength(request?.body ?? '')));
    expect(JSON.parse(request?.body ?? '')).to.include({ code: 'ọ̀' });
  });

  it('reads characters that are split across packets', async () => {
    const user = Buffer.from(JSON.stringify({ data: { id: 'u1', name: 'Adébáyọ̀ Ọlá' } }));
    monei.respond = async (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      for (const byte of user) {
        response.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
      response.end();
    };
    expect(await connect().fetchUser('mct_access')).to.deep.equal({ id: 'u1', name: 'Adébáyọ̀ Ọlá' });
  });

  it('reads a response whose server closes the connection right after it', async () => {
    reply(JSON.stringify({ id: 'u1', note: 'x'.repeat(200_000) }), 200, {
      ...JSON_TYPE,
      connection: 'close',
    });
    for (let i = 0; i < 20; i++) expect(await connect().fetchUser('mct_access')).to.include({ id: 'u1' });
  });

  it('does not retry a request after a status above 599', async () => {
    reply('{}', 600);
    expect(await rejection(connect().fetchUser('mct_access'))).to.include({
      code: 'unexpected_status',
      moneiStatus: 600,
    });
    expect(monei.server.seen).to.have.lengthOf(1);
  });

  it('reads a body of 1 MiB, and stops reading a larger one', async () => {
    const envelope = (size: number) => {
      const empty = JSON.stringify({ id: 'u1', note: '' });
      return JSON.stringify({ id: 'u1', note: 'x'.repeat(size - empty.length) });
    };
    reply(envelope(MEBIBYTE));
    expect(await connect().fetchUser('mct_access')).to.include({ id: 'u1' });

    let sent = 0;
    const cutOff = new Promise<void>((resolve) => {
      monei.respond = (_request, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'x');
        response.writeHead(200, JSON_TYPE).on('close', resolve);
        const more = () => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        };
        response.on('drain', more);
        more();
      };
    });
    const error = await rejection(connect().fetchUser('mct_access'));
    expect(error).to.include({
      message:
        "Monei's profile endpoint sent a response that cannot be used: it is larger than 1048576 bytes",
      code: 'malformed_response',
      endpoint: 'profile',
      moneiStatus: 200,
      status: 502,
    });
    await cutOff;
    expect(sent).to.be.below(64 * MEBIBYTE);
  });

  it('reports the status of an error page that is too large', async () => {
    reply('x'.repeat(MEBIBYTE + 1), 503);
    expect(await rejection(connect().fetchUser('mct_access'))).to.include({
      code: 'unavailable',
      moneiStatus: 503,
    });
  });

  describe('[S16] does not follow redirects, because the body holds the client secret', () => {
    for (const status of [301, 302, 303, 307, 308]) {
      it(`does not follow a ${status}`, async () => {
        let isFollowed = false;
        const elsewhere = await startLoopbackServer((_request, response) => {
          isFollowed = true;
          response.end(JSON.stringify(pair));
        });
        try {
          reply('', status, { location: `${elsewhere.url}/token` });
          const error = await rejection(connect().exchangeCode(exchange));
          expect(error).to.include({ code: 'unexpected_status', moneiStatus: status });
          expect(isFollowed).to.equal(false);
        } finally {
          await elsewhere.close();
        }
      });
    }
  });

  describe('[S40] refuses a token response that cannot be used', () => {
    const bodies: [name: string, body: string][] = [
      ['HTML with status 200', '<!doctype html><h1>Welcome</h1>'],
      ['an empty body', ''],
      ['null', 'null'],
      ['an array', JSON.stringify([pair])],
      ['JSON that is cut off', JSON.stringify(pair).slice(0, -20)],
      ['a number as access token', JSON.stringify({ ...pair, access_token: 42 })],
      ['scopes of a wrong type', JSON.stringify({ ...pair, scopes: 7 })],
      ['a response without scopes', JSON.stringify({ ...pair, scopes: undefined })],
      ['a token type that is not Bearer', JSON.stringify({ ...pair, token_type: 'DPoP' })],
      ['bytes that are not text', Buffer.from([0xff, 0xfe, 0x00, 0x7b]).toString('latin1')],
    ];
    for (const [name, body] of bodies) {
      it(`refuses ${name}`, async () => {
        for (const send of [() => connect().exchangeCode(exchange), () => connect().refresh('mcr_old')]) {
          reply(body);
          const error = await rejection(send());
          expect(error).to.include({
            code: 'malformed_response',
            endpoint: 'token',
            moneiStatus: 200,
            status: 502,
          });
          expect(everythingIn(error)).to.not.match(/mct_|mcr_|mcs_|the-code/);
        }
      });
    }
  });
});
