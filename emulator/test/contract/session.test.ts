import { expect } from 'chai';
import { contract, type MoneiUnderTest } from '../../src/contract/index.js';
import type { MoneiEmulator } from '../../src/index.js';
import { moneiAt, startEmulatorWithHistory } from './emulated-monei.js';

const GIVES_TOKENS = 'gives tokens for a code in a JSON body, in the documented fields and types';
const SAYS_HOW_LONG = 'says how many seconds to wait with 429';

describe('an assumption', () => {
  let emulator: MoneiEmulator;
  before(async () => {
    emulator = await startEmulatorWithHistory();
  });
  afterEach(() => emulator.revokeGrant());
  after(() => emulator.close());

  const run = (monei: MoneiUnderTest, name: string) => contract.find((one) => one.name === name)?.run(monei);

  /** A Monei that refuses the first token requests with 429. */
  const busy = (retryAfter: string | undefined, times = 1): MoneiUnderTest => {
    let left = times;
    const monei = moneiAt(emulator);
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const body = { statusCode: 429, message: 'Too many requests', error: 'Too Many Requests' };
    return {
      ...monei,
      request: async (url, init) =>
        url === emulator.endpoints.tokenURL && left-- > 0
          ? Response.json(body, { status: 429, headers })
          : monei.request(url, init),
    };
  };

  it('an assumption waits as long as Monei says, and repeats its request once', async () => {
    const waited: number[] = [];
    const wait = async (seconds: number) => {
      waited.push(seconds);
    };
    const monei = { ...busy('3'), wait };
    expect(await run(monei, GIVES_TOKENS)).to.deep.equal({ outcome: 'holds' });
    expect(waited).to.deep.equal([3]);
    expect(await run(monei, SAYS_HOW_LONG)).to.deep.equal({ outcome: 'holds' });

    const busier = { ...busy('4', 2), wait };
    expect(await run(busier, GIVES_TOKENS)).to.deep.equal({
      outcome: 'not tried',
      reason: 'Monei refused a request with 429',
    });
    expect(waited).to.deep.equal([3, 4]);
  });

  const limits: [title: string, retryAfter: string | undefined, seen: string][] = [
    ['absent', undefined, 'absent'],
    ['a date', 'Mon, 30 Nov 2026 21:00:00 GMT', 'not a number'],
  ];
  for (const [title, retryAfter, seen] of limits) {
    it(`an assumption is not tried after 429 if Retry-After is ${title}, and the one about Retry-After differs`, async () => {
      const monei = { ...busy(retryAfter), wait: () => Promise.reject(new Error('must not wait')) };
      expect(await run(monei, GIVES_TOKENS)).to.include({ outcome: 'not tried' });
      expect(await run(monei, SAYS_HOW_LONG)).to.deep.equal({
        outcome: 'differs',
        expected: "status 429 with Monei's error body, Retry-After: a number",
        seen: `status 429 with Monei's error body, Retry-After: ${seen}`,
      });
    });
  }

  it('an assumption is not tried after 429 if the caller cannot wait', async () => {
    expect(await run(busy('1'), GIVES_TOKENS)).to.include({ outcome: 'not tried' });
  });

  it('an assumption is not tried if a request fails, and does not quote the error', async () => {
    const failing = (error: unknown): MoneiUnderTest => ({
      ...moneiAt(emulator),
      request: () => Promise.reject(error),
    });
    const cause = Object.assign(new Error('mct_secret'), { code: 'ECONNRESET' });
    expect(await run(failing(new TypeError('mct_secret', { cause })), GIVES_TOKENS)).to.deep.equal({
      outcome: 'not tried',
      reason: 'a request failed (ECONNRESET)',
    });
    expect(await run(failing('mct_secret'), GIVES_TOKENS)).to.deep.equal({
      outcome: 'not tried',
      reason: 'a request failed',
    });
  });

  it('an assumption is not tried if the browser comes back without a code', async () => {
    const monei = { ...moneiAt(emulator), consent: async () => 'http://127.0.0.1:3000/callback?state=other' };
    expect(await run(monei, GIVES_TOKENS)).to.deep.equal({
      outcome: 'not tried',
      reason: 'it needs a code, and the browser came back without one',
    });
    expect(await run(monei, 'returns to the app with access_denied after a denial')).to.deep.equal({
      outcome: 'differs',
      expected: 'access_denied',
      seen: 'no error',
    });
  });

  it('an assumption about a first grant is not tried if the user had granted more before', async () => {
    const before = moneiAt(emulator);
    await before.consent({ scopes: ['profile:read', 'wallet:read'] });
    for (const name of [
      'grants only the scopes that the user allows',
      'refuses every route of wallet:read to a token without it, with 403',
    ]) {
      expect(await run(moneiAt(emulator), name)).to.deep.equal({
        outcome: 'not tried',
        reason:
          "the user had granted profile:read and wallet:read to the app before: revoke the app in Monei's settings, and check again",
      });
    }
  });

  it('assumptions that run at the same time share their sign-ins', async () => {
    const monei = moneiAt(emulator);
    const results = await Promise.all(contract.map((one) => one.run(monei)));
    expect(results.filter(({ outcome }) => outcome === 'differs')).to.deep.equal([]);
    expect(monei.consents).to.be.at.most(10);
  });
});
