import { expect } from 'chai';
import { MoneiConnect } from '../../../src/index.js';
import {
  memoryStore,
  ReconnectRequiredError,
  TokenKeeper,
  type TokenStore,
} from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { credentials, pair } from '../../helpers/fixtures.js';
import { type LoopbackServer, startLoopbackServer } from '../../helpers/loopback-server.js';
import { rejection } from '../../helpers/rejection.js';
import { expired, type RecordedMonei, startRecordedMonei } from './setup.js';

describe('A refresh of tokens', () => {
  let monei: RecordedMonei;
  let store: TokenStore;
  let keeper: TokenKeeper;

  beforeEach(async () => {
    monei = await startRecordedMonei();
    store = memoryStore();
    keeper = new TokenKeeper({ connect: monei.connect, store, keys: false });
  });
  afterEach(() => monei.close());

  it('is not needed for the access token of a new sign-in', async () => {
    const tokens = await monei.signIn();
    await keeper.save('ada', tokens);
    expect(await keeper.accessToken('ada')).to.equal(tokens.accessToken);
    expect(await keeper.scopes('ada')).to.deep.equal(['profile:read']);
    expect(monei.seen).to.deep.equal([]);
  });

  it('replaces an access token that is valid for less than a minute, and stores the new tokens', async () => {
    const tokens = await monei.signIn();
    await keeper.save('ada', { ...tokens, expiresAt: new Date(Date.now() + 59_000) });
    const renewed = await keeper.accessToken('ada');
    expect(renewed).to.not.equal(tokens.accessToken);
    expect(await monei.accepts(renewed)).to.equal(true);
    expect(await monei.accepts(tokens.accessToken)).to.equal(false);
    expect(await keeper.accessToken('ada')).to.equal(renewed);
    expect(monei.seen).to.have.lengthOf(1);
  });

  it('[S33] refreshes once for all callers at the same time, in all processes', async () => {
    const others = [1, 2, 3].map(() => new TokenKeeper({ connect: monei.connect, store, keys: false }));
    await keeper.save('ada', { ...(await monei.signIn()), expiresIn: 0 });
    const calls = [keeper, ...others].flatMap((one) =>
      Array.from({ length: 10 }, () => one.accessToken('ada')),
    );
    const given = new Set(await Promise.all(calls));
    expect(given.size).to.equal(1);
    expect(await monei.accepts([...given].join())).to.equal(true);
    expect(monei.seen).to.have.lengthOf(1);
  });

  it('[S34] requires a reconnect if the user revoked access, and deletes the tokens', async () => {
    await keeper.save('ada', { ...(await monei.signIn()), expiresIn: 0 });
    monei.revokeGrant();
    const error = await rejection(keeper.accessToken('ada'));
    expect(error).to.be.instanceOf(ReconnectRequiredError);
    expect(error).to.include({
      code: 'reconnect_required',
      status: 401,
      name: 'ReconnectRequiredError',
      message: 'This user is not, or no longer, connected with Monei. Let them sign in with Monei again.',
    });
    expect(error).to.have.nested.property('cause.code', 'unauthorized');
    expect(everythingIn(error)).to.not.match(/mc[rst]_/);
    expect(await store.load('ada')).to.equal(undefined);
    expect(await keeper.scopes('ada')).to.deep.equal([]);
    expect(await rejection(keeper.accessToken('ada'))).to.be.instanceOf(ReconnectRequiredError);
    expect(monei.seen).to.have.lengthOf(1);
    const again = await monei.signIn();
    await keeper.save('ada', again);
    expect(await keeper.accessToken('ada')).to.equal(again.accessToken);
  });

  it('requires a reconnect at once if the user revoked access right after the sign-in', async () => {
    const { accessToken, ...tokens } = await monei.signIn();
    await keeper.save('ada', { accessToken, ...tokens });
    monei.revokeGrant();
    expect(await rejection(keeper.accessToken('ada', { refused: accessToken }))).to.be.instanceOf(
      ReconnectRequiredError,
    );
    expect(await store.load('ada')).to.equal(undefined);
  });
});

describe('The response to a refresh', () => {
  let monei: LoopbackServer;
  let keeper: TokenKeeper;
  let body: object;

  beforeEach(async () => {
    monei = await startLoopbackServer((_request, response) => response.end(JSON.stringify(body)));
    const connect = new MoneiConnect({ ...credentials, tokenURL: monei.url, revocationURL: monei.url });
    keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false });
    await keeper.save('ada', expired);
  });
  afterEach(() => monei.close());

  it('replaces the scopes of the old tokens', async () => {
    body = { ...pair, scopes: ['profile:read', 'bills:pay'] };
    await keeper.accessToken('ada');
    expect(await keeper.scopes('ada')).to.deep.equal(['profile:read', 'bills:pay']);
  });

  it('keeps the old scopes if it lists none', async () => {
    body = { ...pair, scopes: undefined };
    await keeper.accessToken('ada');
    expect(await keeper.scopes('ada')).to.deep.equal(['wallet:read']);
  });

  for (const [what, refreshToken] of [
    ['no refresh token', undefined],
    ['null', null],
    ['an empty text', ''],
  ] as const) {
    it(`keeps the old refresh token if it has ${what} instead`, async () => {
      body = { ...pair, refresh_token: refreshToken, expires_in: 0 };
      expect(await keeper.accessToken('ada')).to.equal('mct_access');
      body = { ...pair, access_token: 'mct_revocable' };
      await keeper.forget('ada');
      const sent = monei.seen.map(({ body: text }) => JSON.parse(text).refresh_token);
      expect(sent.slice(0, 2)).to.deep.equal(['mcr_1', 'mcr_1']);
    });
  }
});
