import { expect } from 'chai';
import { MoneiConnect } from '../../../src/index.js';
import type { TokenKeeperOptions } from '../../../src/tokens/index.js';
import { credentials } from '../../helpers/fixtures.js';
import { useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';
import { nock } from '../../helpers/use-nock.js';

describe('[S18] TokenKeeper.fetch sends a token nowhere but under apiURL:', () => {
  const monei = useMoneiApi();

  const elsewhere: [string, unknown][] = [
    ['a host behind two slashes', '//evil.example/api/v1/wallet/me'],
    ['a host behind a backslash', '/\\evil.example/api/v1'],
    ['backslashes', '\\\\evil.example'],
    ['a backslash in a path', '/wallet\\..\\me'],
    ['a tab between slashes', '/\t/evil.example'],
    ['a line break between slashes', '/\n/evil.example'],
    ['a NUL', '/wallet/\0me'],
    ['a path that climbs', '/../../evil'],
    ['a path that climbs within', '/transactions/../user/me'],
    ['a path that climbs at its end', '/wallet/..'],
    ['a path that climbs before a query', '/wallet/..?a=b'],
    ['a path that climbs before a fragment', '/wallet/..#a'],
    ['a part that stays', '/wallet/./me'],
    ['encoded dots', '/%2e%2e/%2E%2e/evil'],
    ['dots that are half encoded', '/wallet/.%2e/me'],
    ['an encoded slash behind dots', '/transactions/..%2f..%2fadmin'],
    ['an encoded backslash before dots', '/transactions/x%5c..%5Cadmin'],
    ['a segment that begins with two dots', '/transactions/..a'],
    ['a segment of two dots with a parameter', '/wallet/..;/admin'],
    ['a segment of two dots with an encoded parameter', '/wallet/%2e.%3bx/admin'],
    ['a segment of one dot with a parameter', '/wallet/.;x/admin'],
    ['dots that are encoded twice', '/wallet/%252e%252E/admin'],
    ['dots that are encoded three times', '/wallet/%25252e%25252e/admin'],
    ['a slash that is encoded twice', '/wallet/me%252fadmin'],
    ['a backslash that is encoded twice', '/wallet/me%255Cadmin'],
    ['a relative path', 'wallet/me'],
    ['nothing', ''],
    ['a query', '?a=b'],
    ['another host', 'https://evil.example/api/v1/wallet/me'],
    ['a host that begins the same', 'http://127.0.0.1.evil.example/api/v1/wallet/me'],
    ['a user name that looks like the host', 'http://127.0.0.1@evil.example/api/v1/wallet/me'],
    ['no URL', 'http://'],
    ['a scheme without a host', 'javascript:alert(1)'],
    ['a file', 'file:///api/v1/wallet/me'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a Request', new Request('http://127.0.0.1/api/v1/wallet/me')],
    ['an object that has a text', { toString: () => '/wallet/me' }],
  ];
  for (const [what, input] of elsewhere) {
    it(`not for ${what}`, async () => {
      const keeper = await monei.signIn();
      const error = await rejection(keeper.fetch('ada', input as string));
      expect(error)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes('passport-monei: fetch takes');
      expect(monei.server.seen).to.deep.equal([]);
    });
  }

  const near: [string, (url: URL) => string][] = [
    ['another port', (url) => `http://127.0.0.1:${Number(url.port) - 1}/api/v1/wallet/me`],
    ['another scheme', ({ host }) => `https://${host}/api/v1/wallet/me`],
    ['a blob of that host', ({ origin }) => `blob:${origin}/api/v1/wallet/me`],
    ['a user name', ({ host }) => `http://ada@${host}/api/v1/wallet/me`],
    ['a password', ({ host }) => `http://:secret@${host}/api/v1/wallet/me`],
    ['another path', ({ origin }) => `${origin}/api/v2/wallet/me`],
    ['a path that begins the same', ({ origin }) => `${origin}/api/v10/wallet/me`],
    ['a path that climbs out', ({ origin }) => `${origin}/api/v1/../v2/wallet/me`],
    ['the host alone', ({ origin }) => origin],
    ['apiURL itself', ({ origin }) => `${origin}/api/v1`],
  ];
  for (const [what, make] of near) {
    it(`not for ${what}`, async () => {
      const keeper = await monei.signIn();
      const url = make(new URL(monei.url));
      for (const input of [url, new URL(url)]) {
        expect(await rejection(keeper.fetch('ada', input)))
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.includes('passport-monei: fetch takes');
      }
      expect(monei.server.seen).to.deep.equal([]);
    });
  }

  it('for a path, a URL, or a URL object that is', async () => {
    for (const apiURL of [`${monei.url}/api/v1`, `${monei.url}/api/v1/`, `${monei.url}/api/v1//`]) {
      const keeper = await monei.signIn({ apiURL });
      const url = `${monei.url}/api/v1/wallet/me`;
      const inputs = ['/wallet/me', url, new URL(url), url.replace('http', 'HTTP'), '/wallet/me#top'];
      for (const input of inputs) await keeper.fetch('ada', input);
      expect(new Set(monei.requests().map(({ path }) => path))).to.deep.equal(new Set(['/api/v1/wallet/me']));
      expect(monei.requests()).to.have.lengthOf(inputs.length);
      monei.server.seen.length = 0;
    }
  });

  it('for a path with dots in a name, an encoded percent sign, and anything in its query', async () => {
    const keeper = await monei.signIn({ apiURL: monei.url });
    const paths = [
      '/transactions/reference/.a',
      '/transactions/a..b.',
      '/transactions/a../b;..',
      '/transactions/100%25',
      '/transactions/100%2520',
      '/transactions?narration=/../a&b=//x&c=%252e',
    ];
    for (const path of paths) await keeper.fetch('ada', path);
    expect(monei.requests().map(({ path }) => path)).to.deep.equal(paths);
  });

  it('Monei’s own, unless it is told another', async () => {
    nock.activate();
    try {
      const api = nock('https://api.monei.cc').get('/api/v1/wallet/me').reply(200, 'one');
      api.get('/api/v1/wallet/naira-wallet').reply(200, 'two');
      const keeper = await monei.signIn({ connect: new MoneiConnect(credentials), apiURL: undefined });
      expect(await (await keeper.fetch('ada', '/wallet/me')).text()).to.equal('one');
      const url = 'https://API.monei.cc:443/api/v1/wallet/naira-wallet';
      expect(await (await keeper.fetch('ada', url)).text()).to.equal('two');
    } finally {
      nock.cleanAll();
      nock.restore();
    }
  });
});

describe('The option apiURL', () => {
  const monei = useMoneiApi();

  const refused: [what: string, apiURL: string, message: string][] = [
    ['plain http off loopback', 'http://api.monei.cc/api/v1', '`apiURL` must be an https: URL'],
    ['a text that is no URL', 'api.monei.cc', '`apiURL` is not a URL'],
    ['a user name', 'https://ada@api.monei.cc/api/v1', '`apiURL` must have no user name'],
    ['a fragment', 'https://api.monei.cc/api/v1#', '`apiURL` must have no fragment'],
    ['a query', 'https://api.monei.cc/api/v1?', '`apiURL` must be a URL without a query'],
  ];
  for (const [what, apiURL, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => monei.keeper({ apiURL })).to.throw(TypeError, message);
    });
  }
});

describe('The option connect', () => {
  const monei = useMoneiApi();

  it('may be a MoneiConnect of another copy of this package', async () => {
    const connect = monei.connect();
    /** Has the methods of a MoneiConnect, but `instanceof` does not recognize it. */
    const ofAnotherCopy = {
      refresh: connect.refresh.bind(connect),
      revoke: connect.revoke.bind(connect),
      sendApiRequest: connect.sendApiRequest.bind(connect),
    };
    const keeper = await monei.signIn({ connect: ofAnotherCopy });
    expect((await keeper.fetch('ada', '/wallet/me')).status).to.equal(200);
  });

  it('can be an object with `refresh` and `revoke`, but then `fetch` is a TypeError', async () => {
    const connect = monei.connect();
    const own = { refresh: connect.refresh.bind(connect), revoke: connect.revoke.bind(connect) };
    const keeper = await monei.signIn({ connect: own });
    expect(await keeper.accessToken('ada')).to.be.a('string');
    const error = await rejection(keeper.fetch('ada', '/wallet/me'));
    expect(error)
      .to.be.instanceOf(TypeError)
      .with.property('message')
      .that.includes('`connect` must be a MoneiConnect');
    expect(monei.server.seen).to.deep.equal([]);
  });

  it('has the place of the option `fetch`, which is unknown', () => {
    expect(() => monei.keeper({ fetch } as Partial<TokenKeeperOptions>)).to.throw(
      TypeError,
      'no option `fetch`',
    );
  });
});
