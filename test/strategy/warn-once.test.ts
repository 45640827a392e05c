import { expect } from 'chai';
import { refusedStateEvent } from '../../src/diagnostics.js';
import { warnIfUserWasNotRead, warnOnce } from '../../src/strategy/warn-once.js';

const PATHS = { request: '/auth/monei', callback: '/auth/monei/callback' };

describe('warnOnce', () => {
  const { emitWarning } = process;
  const { NODE_ENV } = process.env;
  let warnings: { message: string; code: string }[];

  beforeEach(() => {
    warnings = [];
    process.emitWarning = ((message: string, { code }: { code: string }) => {
      warnings.push({ message, code });
    }) as typeof emitWarning;
  });
  afterEach(() => {
    process.emitWarning = emitWarning;
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  });

  const warn = (reason: string, { isSignedIn = false, warned = new Set<string>(), env = 'test' } = {}) => {
    process.env.NODE_ENV = env;
    warnOnce(refusedStateEvent(reason, 'app.test', PATHS), isSignedIn, warned);
  };

  const cases: [reason: string, expected: RegExp][] = [
    ['no_cookie', /the request to app\.test has no cookie at all.*localhost is not 127\.0\.0\.1/],
    ['no_sign_in', /the session of this request to app\.test has no pending sign-in/],
    ['store', /the store of the app refused the state/],
    ['other_route', /is \/auth\/monei, that of the redirect URI \/auth\/monei\/callback/],
  ];
  for (const [reason, expected] of cases) {
    it(`names the likely cause of ${reason}, once in a process, with the page about it`, () => {
      const warned = new Set<string>();
      for (let i = 0; i < 2; i++) warn(reason, { warned });
      expect(warnings).to.have.lengthOf(1);
      expect(warnings[0]).to.include({ code: 'PASSPORT_MONEI_SIGN_IN' });
      expect(warnings[0]?.message).to.match(/^passport-monei: invalid_state, /);
      expect(warnings[0]?.message).to.match(expected);
      expect(warnings[0]?.message).to.match(/ See docs\/troubleshooting\.md\.$/);
    });
  }

  it('reports each reason once', () => {
    const warned = new Set<string>();
    for (const [reason] of cases) warn(reason, { warned });
    expect(warnings).to.have.lengthOf(4);
  });

  it('reports only other_route in production', () => {
    for (const [reason] of cases) warn(reason, { env: 'production' });
    expect(warnings.map(({ message }) => message.split(':', 2)[1])).to.deep.equal([
      ' invalid_state, other_route',
    ]);
  });

  it('does not report no_sign_in if a user is signed in', () => {
    warn('no_sign_in', { isSignedIn: true });
    warn('no_cookie', { isSignedIn: true });
    expect(warnings).to.have.lengthOf(1);
  });

  for (const reason of ['no_state', 'unknown', 'expired', 'other_strategy', 'other_user']) {
    it(`does not report ${reason}, which is not a mistake of the app`, () => {
      warn(reason);
      expect(warnings).to.deep.equal([]);
    });
  }

  describe('warnIfUserWasNotRead', () => {
    const request = { session: { passport: { user: { id: 'ada' } } }, _sessionManager: { _key: 'passport' } };
    const warnFor = (
      changes: object,
      {
        options = {},
        env = 'test',
        warned = new Set<string>(),
      }: { options?: object; env?: string; warned?: Set<string> } = {},
    ) => {
      process.env.NODE_ENV = env;
      warnIfUserWasNotRead({ ...request, ...changes }, options, warned);
    };

    it('names passport.session(), once in a process', () => {
      const warned = new Set<string>();
      for (let i = 0; i < 2; i++) warnFor({}, { warned });
      expect(warnings).to.have.lengthOf(1);
      expect(warnings[0]).to.include({ code: 'PASSPORT_MONEI_SIGN_IN' });
      expect(warnings[0]?.message).to.match(
        /app\.use\(passport\.session\(\)\).* See docs\/troubleshooting\.md\.$/,
      );
    });

    const silent: [string, object, { options?: object; env?: string }?][] = [
      ['a user was read', { user: { id: 'ada' } }],
      ['no user is logged in', { session: {} }],
      ['the user is in another property', { _userProperty: 'account' }],
      ['passport.authorize() starts the sign-in', {}, { options: { assignProperty: 'account' } }],
      ['the session is not Passport’s', { _sessionManager: undefined }],
      ['the app runs in production', {}, { env: 'production' }],
    ];
    for (const [when, changes, settings] of silent) {
      it(`is silent if ${when}`, () => {
        warnFor(changes, settings);
        expect(warnings).to.deep.equal([]);
      });
    }
  });
});
