import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { lineOf, refusedStateEvent, type SignInEvent } from '../src/diagnostics.js';

describe('the debug line of a step', () => {
  const cases: [event: SignInEvent, expected: RegExp][] = [
    [{ step: 'request', kind: 'none' }, /a new sign-in/],
    [{ step: 'request', kind: 'invalid' }, /does not send/],
    [{ step: 'request', kind: 'code' }, /with a code/],
    [{ step: 'request', kind: 'error' }, /with an error/],
    [
      { step: 'begin', requested: ['profile:read', 'wallet:red'], required: [], unknown: ['wallet:red'] },
      /asks for profile:read wallet:red; required: none; not in Monei's list of scopes: wallet:red$/,
    ],
    [
      { step: 'begin', requested: ['profile:read'], required: ['profile:read'], unknown: [] },
      /: profile:read$/,
    ],
    [{ step: 'state' }, /state found/],
    [{ step: 'state', reason: 'no_state' }, /no state/],
    [
      { step: 'state', reason: 'no_cookie', host: 'app.test' },
      /app\.test has no cookie at all.*localhost is not 127\.0\.0\.1.*SameSite=Strict.*Secure/,
    ],
    [
      { step: 'state', reason: 'no_sign_in', host: 'app.test' },
      /app\.test.*SameSite=Strict.*did not save.*login/,
    ],
    [{ step: 'state', reason: 'unknown' }, /finished already/],
    [{ step: 'state', reason: 'expired' }, /an hour/],
    [{ step: 'state', reason: 'other_strategy' }, /another strategy/],
    [
      { step: 'state', reason: 'other_route', path: '/auth', callbackPath: '/auth/callback' },
      /path of the request is \/auth, that of the redirect URI \/auth\/callback\..*`callback: true`/,
    ],
    [{ step: 'state', reason: 'other_user' }, /a login or a logout/],
    [{ step: 'state', reason: 'store' }, /store of the app/],
    [{ step: 'call', endpoint: 'token', status: 200, milliseconds: 7 }, /token endpoint: 200 after 7 ms/],
    [{ step: 'call', endpoint: 'token', failure: 'timeout', milliseconds: 7 }, /timeout after 7 ms/],
    [
      { step: 'grant', granted: ['a'], missing: ['b'], required: [] },
      /granted: a; not granted: b; required and not granted: none/,
    ],
    [{ step: 'verify', outcome: 'user', milliseconds: 1 }, /a user after 1 ms/],
    [{ step: 'verify', outcome: 'no user', milliseconds: 1 }, /no user after 1 ms/],
    [{ step: 'verify', outcome: 'error', milliseconds: 1 }, /an error after 1 ms/],
  ];
  for (const [event, expected] of cases) {
    it(`describes ${JSON.stringify(event)}`, () => expect(lineOf(event)).to.match(expected));
  }
});

describe('the event of a refused state', () => {
  it('has the host and the paths without control characters, and at most 200 characters of each', () => {
    const long = `/${'x'.repeat(300)}`;
    const event = refusedStateEvent('other_route', 'app.test\u001b[31m\r\nX: é', {
      request: long,
      callback: '/a b',
    });
    expect(event).to.deep.equal({
      step: 'state',
      reason: 'other_route',
      host: 'app.test?[31m??X:??',
      path: long.slice(0, 200),
      callbackPath: '/a?b',
    });
  });

  it('has no paths for other reasons', () => {
    expect(refusedStateEvent('unknown', 'app.test')).to.have.all.keys('step', 'reason', 'host');
  });
});

describe('NODE_DEBUG=passport-monei', () => {
  /** Returns the output of a process that sends a request to a closed port. */
  const outputWith = (value: string) => {
    const code = `
      import { MoneiConnect } from 'passport-monei/connect';
      const options = { clientID: 'mc_1', clientSecret: 'mcs_1', revocationURL: 'http://127.0.0.1:1' };
      await new MoneiConnect(options).revoke('mct_1').catch(() => {});
    `;
    const env = { ...process.env, NODE_DEBUG: value, NODE_OPTIONS: '' };
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      env,
      encoding: 'utf8',
    });
    return stdout + stderr;
  };

  it('prints a line for each step', () => {
    expect(outputWith('passport-monei')).to.match(
      /^PASSPORT-MONEI \d+: Monei's revocation endpoint: network after \d+ ms\n$/,
    );
  });

  it('is required for these lines', () => expect(outputWith('passport')).to.equal(''));
});
