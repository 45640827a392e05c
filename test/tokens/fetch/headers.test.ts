import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Headers as NodeFetchHeaders } from 'node-fetch';
import { everythingIn } from '../../helpers/everything-in.js';
import { FIRST, useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';

type HeadersGiven = NonNullable<RequestInit['headers']>;

describe('Headers of TokenKeeper.fetch', () => {
  const monei = useMoneiApi();
  const sent = (headers: HeadersGiven, customHeaders = {}) => sentWith({ headers }, customHeaders);

  async function sentWith(init: RequestInit, customHeaders = {}) {
    const keeper = await monei.signIn({ connect: monei.connect({ customHeaders }) });
    await keeper.fetch('ada', '/wallet/me', init);
    return monei.server.seen.at(-1)?.headers ?? {};
  }

  const forms: [form: string, headers: HeadersGiven][] = [
    ['an object', { 'X-Request-Id': '7', Authorization: 'Bearer of-the-caller' }],
    ['a list', [['X-Request-Id', '7'], ['authorization', 'Bearer of-the-caller']]], // biome-ignore format: a pair a line says no more
    ['Headers', new Headers({ 'X-Request-Id': '7', AUTHORIZATION: 'Bearer of-the-caller' })],
    [
      'Headers of node-fetch',
      new NodeFetchHeaders({ 'X-Request-Id': '7', Authorization: 'Bearer x' }) as never,
    ],
  ];
  for (const [form, headers] of forms) {
    it(`may be ${form}, and an authorization in them is replaced`, async () => {
      expect(await sent(headers)).to.include({ 'x-request-id': '7', authorization: FIRST });
    });
  }

  it('are those of this package where the caller gives none', async () => {
    expect(await sent({})).to.have.all.keys(
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'host',
      'user-agent',
    );
    expect(await sent({})).to.include({
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'passport-monei',
      host: new URL(monei.url).host,
    });
  });

  it('get a content type from the body, unless the caller gives one', async () => {
    const post = (body: RequestInit['body'], headers: HeadersGiven = {}) =>
      sentWith({ method: 'POST', body: body ?? null, headers });
    expect(await post('text')).to.have.property('content-type', 'text/plain;charset=UTF-8');
    expect(await post(new FormData()))
      .to.have.property('content-type')
      .that.includes('boundary=');
    expect(await post('{}', { 'Content-Type': 'application/json' })).to.include({
      'content-type': 'application/json',
    });
    expect(await post(Buffer.from('{}'))).to.not.have.property('content-type');
  });

  it('of the caller replace `customHeaders`, in whatever case, and the token replaces both', async () => {
    const customHeaders = { 'X-Gateway': 'key', ACCEPT: 'application/json', Authorization: 'Basic eDp5' };
    const headers = { 'x-gateway': 'of-the-caller', Accept: 'text/csv' };
    expect(await sent({}, customHeaders)).to.include({ 'x-gateway': 'key', accept: 'application/json' });
    expect(await sent(headers, customHeaders)).to.include({
      'x-gateway': 'of-the-caller',
      accept: 'text/csv',
      authorization: FIRST,
    });
  });

  const reserved = {
    'Accept-Encoding': 'gzip',
    'Content-Length': '999',
    Host: 'evil.example',
    Expect: '100-continue',
    Connection: 'close, x-request-id',
    'Keep-Alive': 'timeout=1',
    TE: 'trailers',
    Trailer: 'x-checksum',
    'Transfer-Encoding': 'chunked',
    Upgrade: 'websocket',
    'Proxy-Authorization': 'Basic eDp5',
    'Proxy-Connection': 'keep-alive',
  };
  for (const [name, value] of Object.entries(reserved)) {
    it(`of the caller and of \`customHeaders\` never include ${name}`, async () => {
      for (const init of [{}, { method: 'POST', body: 'text' }]) {
        const ofCaller = await sentWith({ ...init, headers: { [name]: value } });
        expect(ofCaller[name.toLowerCase()]).to.not.equal(value);
        const custom = await sentWith(init, { [name]: value });
        expect(custom[name.toLowerCase()]).to.not.equal(value);
      }
    });
  }

  for (const value of ['Bearer mct_of-the-caller\nx', 'mct_of-the-caller\u0001', 'mct_of-the-caller\u20ac']) {
    it(`that HTTP does not allow are refused without being shown: ${JSON.stringify(value)}`, async () => {
      const keeper = await monei.signIn();
      for (const name of ['authorization', 'x-key']) {
        const error = await rejection(keeper.fetch('ada', '/wallet/me', { headers: { [name]: value } }));
        expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('`headers`');
        expect(everythingIn(error)).to.not.include('of-the-caller');
      }
      expect(monei.server.seen).to.deep.equal([]);
    });
  }

  it('may be null', async () => {
    expect(await sentWith({ headers: null as never })).to.have.property('authorization', FIRST);
  });

  it('are in no error, whatever a proxy says about them', async () => {
    const secret = 'key-of-the-caller-1';
    const connect = monei.connect({
      agent: () => {
        throw new Error(`refused to send ${secret} and ${FIRST}`);
      },
    });
    const keeper = await monei.signIn({ connect });
    const headers = { 'x-key': secret };
    const error = await rejection(keeper.fetch('ada', '/wallet/me', { headers }));
    expect(error).to.have.property(
      'message',
      "Monei's API could not be reached: refused to send […] and Bearer […]",
    );
    expect(everythingIn(error)).to.not.match(/key-of-the-caller|first-token/);
  });

  it('go to the host of `apiURL`, of whatever name', async () => {
    const server = createServer((request, response) => response.end(request.headers.host));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const { port } = server.address() as AddressInfo;
    const keeper = await monei.signIn({ apiURL: `http://localhost:${port}/api/v1` });
    expect(await (await keeper.fetch('ada', '/wallet/me')).text()).to.equal(`localhost:${port}`);
    server.close().closeAllConnections();
  });
});
