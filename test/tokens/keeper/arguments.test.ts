import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { memoryStore, TokenKeeper, type TokenKeeperOptions } from '../../../src/tokens/index.js';
import { everythingIn } from '../../helpers/everything-in.js';
import { rejection } from '../../helpers/rejection.js';
import { ScriptedConnect, signedIn } from './setup.js';

describe('Wrong arguments of a TokenKeeper', () => {
  const connect = new ScriptedConnect();
  const store = memoryStore();
  const keeper = new TokenKeeper({ connect, store, keys: false });

  const options: [string, unknown, string][] = [
    ['no options', undefined, '`connect` must be an object with `refresh`, `revoke`.'],
    ['no connect', { store }, '`connect` must be an object with `refresh`, `revoke`.'],
    [
      'a connect without revoke',
      { connect: { refresh() {} }, store },
      '`connect` must be an object with `refresh`, `revoke`.',
    ],
    ['no store', { connect }, '`store` must be an object with `load`, `save`, `delete`, `lock`.'],
    [
      'a store without a lock',
      { connect, store: { ...store, lock: undefined } },
      '`store` must be an object with `load`, `save`, `delete`, `lock`.',
    ],
    [
      'a callback that is not a function',
      { connect, store, onRevocationError: 'log' },
      '`onRevocationError` must be a function.',
    ],
    [
      'an unknown option',
      { connect, store, keys: false, onRevokeError() {} },
      'TokenKeeper has no option `onRevokeError`, only connect, store, keys, ',
    ],
    ['no keys', { connect, store }, '`keys` must be a list of buffers'],
    [
      'keys and no client ID',
      { connect: { refresh() {}, revoke() {} }, store, keys: [randomBytes(32)] },
      '`connect.clientID`',
    ],
    ['keys of the wrong length', { connect, store, keys: [Buffer.alloc(16)] }, '`keys`'],
  ];
  for (const [what, invalid, name] of options) {
    it(`are refused by name: ${what}`, () => {
      expect(() => new TokenKeeper(invalid as TokenKeeperOptions)).to.throw(TypeError, name);
    });
  }

  const text = (name: string) =>
    `\`${name}\` must be a string that is not empty, from a sign-in or a token response of Monei.`;
  const SECONDS = '`expiresIn` must be a number of seconds, if it is given.';
  const SCOPES =
    '`scopes` must be a list of strings, unless `grant` is given: `profile.grant` in a verify function.';
  const tokens: [string, unknown, string][] = [
    ['no tokens', undefined, text('accessToken')],
    ['no access token', { ...signedIn, accessToken: '' }, text('accessToken')],
    ['no refresh token', { ...signedIn, refreshToken: undefined }, text('refreshToken')],
    ['a lifetime in a string', { ...signedIn, expiresIn: '3600' }, SECONDS],
    ['an infinite lifetime', { ...signedIn, expiresIn: Number.POSITIVE_INFINITY }, SECONDS],
    ['a lifetime that is not a safe integer of milliseconds', { ...signedIn, expiresIn: 1e15 }, SECONDS],
    ['the largest number as lifetime', { ...signedIn, expiresIn: Number.MAX_VALUE }, SECONDS],
    [
      'an invalid date',
      { ...signedIn, expiresAt: new Date('soon') },
      '`expiresAt` must be a valid Date, if it is given.',
    ],
    ['scopes in a string', { ...signedIn, scopes: 'wallet:read' }, SCOPES],
    ['a number after a scope', { ...signedIn, scopes: ['wallet:read', 1] }, SCOPES],
    ['neither scopes nor a grant', { ...signedIn, scopes: undefined }, SCOPES],
    ['a grant without scopes', { ...signedIn, scopes: undefined, grant: {} }, SCOPES],
    ['a number as the only scope', { ...signedIn, scopes: [1] }, SCOPES],
  ];
  for (const [what, invalid, name] of tokens) {
    it(`are refused by save, without a token in the error: ${what}`, async () => {
      const error = await rejection(keeper.save('ada', invalid as typeof signedIn));
      expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes(name);
      expect(everythingIn(error)).to.not.match(/mc[rt]_/);
      expect(await store.load('ada')).to.equal(undefined);
    });
  }

  for (const userId of [undefined, null, '', 7, {}, 'a\ud800'] as string[]) {
    it(`are user ids that several users could share: ${JSON.stringify(userId)}`, async () => {
      const calls = [
        keeper.save(userId, signedIn),
        keeper.scopes(userId),
        keeper.accessToken(userId),
        keeper.forget(userId),
      ];
      for (const call of calls) {
        expect(await rejection(call))
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.includes(
            '`userId` must be a string that is not empty, without lone surrogates. Check where it comes from.',
          );
      }
    });
  }
});
