import { once } from 'node:events';
import http from 'node:http';
import FakeTimers from '@sinonjs/fake-timers';
import { expect } from 'chai';
import fetch, { type RequestInit } from 'node-fetch';
import { rejection } from '../../test/helpers/rejection.js';
import { until } from '../../test/helpers/until.js';
import { type EmulatedUser, type EmulatorOptions, type MoneiEmulator, startEmulator } from '../src/index.js';

const CALLBACK = 'http://localhost:3000/callback';
const APP = {
  clientID: 'mc_app',
  clientSecret: 'mcs_app',
  redirectURIs: ['https://app.example.com/cb?x=1'],
  name: 'App',
};

type Body = Record<string, unknown>;

describe('the emulator', () => {
  let emulator: MoneiEmulator;
  const restart = async (options: EmulatorOptions) => {
    await emulator.close();
    emulator = await startEmulator(options);
  };
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const authorizationURL = (parameters: Record<string, string> = {}) => {
    const query = {
      client_id: 'mc_emulator',
      redirect_uri: CALLBACK,
      scope: 'profile:read wallet:read',
      state: 's',
    };
    return `${emulator.endpoints.authorizationURL}?${new URLSearchParams({ ...query, ...parameters })}`;
  };
  const visit = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init });
  const call = async (
    url: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: Body; retryAfter: string | null }> => {
    const response = await visit(url, init);
    return {
      status: response.status,
      body: (await response.json()) as Body,
      retryAfter: response.headers.get('retry-after'),
    };
  };
  const post = (url: string, body: unknown, type = 'application/json') =>
    call(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': type },
    });
  const api = (path: string, token: string) =>
    call(`${emulator.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

  const codeFor = async (parameters: Record<string, string> = {}, consent = {}) =>
    new URL(await emulator.authorize(authorizationURL(parameters), consent)).searchParams.get('code') ?? '';
  const exchange = (code: string, changes: Body = {}) =>
    post(emulator.endpoints.tokenURL, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      client_id: 'mc_emulator',
      client_secret: 'mcs_emulator',
      ...changes,
    });
  const tokens = async (parameters: Record<string, string> = {}, consent = {}) => {
    const { body } = await exchange(await codeFor(parameters, consent));
    return body as { access_token: string; refresh_token: string; scopes: string[] };
  };
  const refresh = (token: unknown) =>
    post(emulator.endpoints.tokenURL, { grant_type: 'refresh_token', refresh_token: token });
  const revoke = (token: unknown) => post(emulator.endpoints.revocationURL, { token });

  /** An error as Monei's API words it. */
  const refuses = ({ status, body }: { status: number; body: Body }, expected: number, error: string) => {
    expect(status).to.equal(expected);
    expect(body)
      .to.have.all.keys('statusCode', 'message', 'error')
      .and.to.include({ statusCode: expected, error });
    expect(body.message).to.be.a('string').and.not.empty;
  };

  describe('consent page', () => {
    const page = async (url: string) => {
      const response = await visit(url);
      return { status: response.status, html: await response.text(), headers: response.headers };
    };

    it('shows each scope with its own allow and deny, and marks those that move money', async () => {
      const { status, html } = await page(authorizationURL({ scope: 'profile:read wallet:send' }));
      expect(status).to.equal(200);
      for (const scope of ['profile:read', 'wallet:send']) {
        for (const value of ['allow', 'deny'])
          expect(html).to.match(new RegExp(`name="scope:${scope}" value="${value}"`));
      }
      expect(html.match(/<fieldset/g)).to.have.lengthOf(2);
      expect(html.match(/<fieldset class="sensitive"/g)).to.have.lengthOf(1);
      expect(html.match(/Moves or converts money/g)).to.have.lengthOf(1);
    });

    const decide = (parameters: Record<string, string>, decisions: Record<string, string>) =>
      visit(emulator.endpoints.authorizationURL, {
        method: 'POST',
        headers: { origin: emulator.url },
        body: new URLSearchParams({
          client_id: 'mc_emulator',
          redirect_uri: CALLBACK,
          scope: 'profile:read wallet:read wallet:send',
          state: 's&"<',
          user: '64b7f0c2a1d94e0012ab34cd',
          ...parameters,
          ...decisions,
        }),
      });

    it('goes back to the app with a code for the scopes that were allowed', async () => {
      const response = await decide(
        {},
        {
          decision: 'approve',
          'scope:profile:read': 'allow',
          'scope:wallet:read': 'deny',
          'scope:wallet:send': 'allow',
        },
      );
      expect(response.status).to.equal(302);
      const back = new URL(response.headers.get('location') ?? '');
      expect(back.origin + back.pathname).to.equal(CALLBACK);
      expect(back.searchParams.get('state')).to.equal('s&"<');
      const { body } = await exchange(back.searchParams.get('code') ?? '');
      expect(body.scopes).to.deep.equal(['profile:read', 'wallet:send']);
    });

    it('goes back with access_denied when the user denies the request', async () => {
      const response = await decide({}, { decision: 'deny', 'scope:profile:read': 'allow' });
      const back = new URL(response.headers.get('location') ?? '');
      expect(back.searchParams.get('error')).to.equal('access_denied');
      expect(back.searchParams.get('error_description')).to.be.a('string');
      expect(back.searchParams.get('state')).to.equal('s&"<');
      expect(back.searchParams.has('code')).to.equal(false);
    });

    it('grants no scope that was not requested', async () => {
      const response = await decide(
        { scope: 'profile:read' },
        { decision: 'approve', 'scope:wallet:withdraw': 'allow' },
      );
      const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
      expect((await exchange(code)).body.scopes).to.deep.equal([]);
    });

    it('ignores decisions in the link', async () => {
      const decided = { 'scope:wallet:read': 'allow', decision: 'approve', user: 'unknown' };
      const { html } = await page(authorizationURL(decided));
      const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name]) => name,
      );
      expect(hidden).to.have.members(['client_id', 'redirect_uri', 'scope', 'state', 'user']);
      expect(html).to.not.include('unknown');
    });

    it('does not show a scope that was granted before', async () => {
      await tokens({ scope: 'profile:read wallet:read' }, { allow: ['profile:read'] });
      const { html } = await page(authorizationURL({ scope: 'profile:read wallet:read' }));
      expect(html).to.include('scope:wallet:read').and.to.not.include('scope:profile:read');
    });

    it('says if there is nothing to decide', async () => {
      expect((await page(authorizationURL())).html).to.not.include('nothing new');
      await tokens({ scope: 'profile:read' });
      const { html } = await page(authorizationURL({ scope: 'profile:read' }));
      expect(html).to.include('there is nothing to decide').and.to.not.include('<fieldset');
    });

    it('shows the ids of an app and a user without a name', async () => {
      const { clientID, clientSecret } = APP;
      await restart({ clients: [{ clientID, clientSecret }], users: [{ id: 'u1' }] });
      const { html } = await page(authorizationURL({ client_id: clientID }));
      expect(html).to.include('<h1>mc_app asks for').and.to.include('<strong>u1</strong>');
    });

    it('ignores names that are not strings, which a file with users can contain', async () => {
      const user = { id: 'u1', name: {}, firstName: 5, lastName: 'Obi' };
      await restart({ users: [user as unknown as EmulatedUser] });
      const { html } = await page(authorizationURL());
      expect(html).to.include('<strong>Obi</strong>');
      expect((await page(emulator.url)).html).to.include('<strong>Obi</strong>');
    });

    it('decides for the first user if the form names none', async () => {
      const response = await visit(emulator.endpoints.authorizationURL, {
        method: 'POST',
        headers: { origin: emulator.url },
        body: new URLSearchParams({
          client_id: 'mc_emulator',
          redirect_uri: CALLBACK,
          scope: 'profile:read',
          'scope:profile:read': 'allow',
        }),
      });
      const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
      expect((await exchange(code)).body.scopes).to.deep.equal(['profile:read']);
    });

    it('offers a choice among several users', async () => {
      await restart({
        users: [
          { id: 'ada', name: 'Ada' },
          { id: 'obi', firstName: 'Obi', lastName: 'Eze' },
        ],
      });
      const first = await page(authorizationURL());
      expect(first.html).to.include('name="user" value="ada"').and.to.include('Obi Eze');
      const second = await page(authorizationURL({ user: 'obi' }));
      expect(second.html).to.include('name="user" value="obi"');
      const response = await decide({ user: 'obi' }, { decision: 'approve', 'scope:profile:read': 'allow' });
      const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const { access_token: token } = (await exchange(code)).body as { access_token: string };
      expect((await api('/user/me', token)).body.data).to.include({ id: 'obi' });
    });

    it('escapes values of the request', async () => {
      await restart({
        clients: [{ ...APP, clientID: 'mc_emulator', name: '<img src=x>', redirectURIs: [CALLBACK] }],
      });
      const { html } = await page(authorizationURL({ state: '"><script>alert(1)</script>' }));
      expect(html).to.not.match(/<script|<img/);
    });

    it('cannot be framed, scripted or cached', async () => {
      const { headers } = await page(authorizationURL());
      expect(headers.get('content-security-policy')).to.match(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('cache-control')).to.equal('no-store');
    });

    describe('responds with an error page and without a redirect when', () => {
      const cases: [name: string, parameters: Record<string, string>][] = [
        ['the client is unknown', { client_id: 'mc_unknown' }],
        ['there is no client', { client_id: '' }],
        ['the redirect URI is not on loopback', { redirect_uri: 'https://evil.example/callback' }],
        [
          'the redirect URI only looks like loopback',
          { redirect_uri: 'http://localhost.evil.example/callback' },
        ],
        ['the redirect URI has a fragment', { redirect_uri: `${CALLBACK}#top` }],
        ['the redirect URI runs code', { redirect_uri: 'javascript:alert(1)//localhost' }],
        ['the redirect URI has a line break', { redirect_uri: `${CALLBACK}\r\nset-cookie: a=b` }],
        ['the redirect URI has a letter beyond ASCII', { redirect_uri: `${CALLBACK}/Adébáyọ̀` }],
        ['the redirect URI has a space', { redirect_uri: `${CALLBACK}/a b` }],
        ['there is no redirect URI', { redirect_uri: '' }],
      ];
      for (const [name, parameters] of cases) {
        it(name, async () => {
          const { status, html, headers } = await page(authorizationURL(parameters));
          expect(status).to.equal(400);
          expect(html).to.include('<h1>');
          expect(headers.has('location')).to.equal(false);
          const error = await rejection(emulator.authorize(authorizationURL(parameters)));
          expect(error).to.be.an('error');
          const posted = await decide(parameters, { decision: 'approve' });
          expect([posted.status, posted.headers.has('location')]).to.deep.equal([400, false]);
        });
      }

      for (const redirectURI of [
        'https://app.example.com/cb',
        'https://app.example.com/cb?x=1&y=2',
        'https://app.example.com/cb/?x=1',
        'http://app.example.com/cb?x=1',
        'https://APP.example.com/cb?x=1',
        'http://localhost/cb?x=1',
      ]) {
        it(`the redirect URI is not the registered one character for character: ${redirectURI}`, async () => {
          await restart({ clients: [APP] });
          const url = authorizationURL({ client_id: 'mc_app', redirect_uri: redirectURI });
          expect((await page(url)).status).to.equal(400);
        });
      }

      it('a parameter is repeated', async () => {
        expect(
          (await page(`${authorizationURL()}&redirect_uri=${encodeURIComponent(CALLBACK)}`)).status,
        ).to.equal(400);
      });
    });

    it('accepts the registered redirect URI, and keeps its query', async () => {
      await restart({ clients: [APP] });
      const url = authorizationURL({ client_id: 'mc_app', redirect_uri: APP.redirectURIs[0] ?? '' });
      expect(await emulator.authorize(url)).to.match(
        /^https:\/\/app\.example\.com\/cb\?x=1&code=[\w-]+&state=s$/,
      );
      expect(emulator.client).to.deep.equal({ clientID: 'mc_app', clientSecret: 'mcs_app' });
    });

    describe('goes back to the app with an error when', () => {
      const cases: [name: string, parameters: Record<string, string>, error: string][] = [
        ['a scope is unknown', { scope: 'profile:read cards:read' }, 'invalid_scope'],
        ['no scope is asked for', { scope: '' }, 'invalid_scope'],
        ['something other than a code is asked for', { response_type: 'token' }, 'unsupported_response_type'],
        [
          'the PKCE method is unknown',
          { code_challenge: 'c', code_challenge_method: 'S512' },
          'invalid_request',
        ],
      ];
      for (const [name, parameters, error] of cases) {
        it(name, async () => {
          const { status, headers } = await page(authorizationURL(parameters));
          expect(status).to.equal(302);
          for (const url of [
            headers.get('location') ?? '',
            await emulator.authorize(authorizationURL(parameters)),
          ]) {
            const { searchParams } = new URL(url);
            expect(Object.fromEntries(searchParams))
              .to.include({ error, state: 's' })
              .and.to.not.have.property('code');
          }
        });
      }
    });
  });

  describe('authorize()', () => {
    it('allows all requested scopes, or those in `allow`', async () => {
      expect((await tokens({}, { allow: [] })).scopes).to.deep.equal([]);
      expect((await tokens({}, { allow: ['wallet:read', 'wallet:send'] })).scopes).to.deep.equal([
        'wallet:read',
      ]);
      expect((await tokens()).scopes).to.have.members(['profile:read', 'wallet:read']);
    });

    it('accepts a URL object too', async () => {
      expect(await emulator.authorize(new URL(authorizationURL()))).to.include('code=');
    });

    it('denies the request', async () => {
      const back = new URL(await emulator.authorize(authorizationURL(), { deny: true }));
      expect(Object.fromEntries(back.searchParams)).to.include({ error: 'access_denied', state: 's' });
    });

    for (const url of ['https://monei.cc/connect/authorize?client_id=mc_emulator', 'not a URL']) {
      it(`refuses ${url}`, async () => {
        expect(await rejection(emulator.authorize(url)))
          .to.be.an('error')
          .with.property('message')
          .that.includes('page');
      });
    }

    it('refuses an unknown user', async () => {
      expect(await rejection(emulator.authorize(authorizationURL(), { user: 'unknown' }))).to.be.an('error');
    });
  });

  describe('token endpoint', () => {
    it('exchanges a code for a pair of tokens', async () => {
      const { status, body } = await exchange(await codeFor());
      expect(status).to.equal(200);
      expect(body).to.have.all.keys('access_token', 'refresh_token', 'token_type', 'expires_in', 'scopes');
      expect(body).to.deep.include({
        token_type: 'Bearer',
        expires_in: 3600,
        scopes: ['profile:read', 'wallet:read'],
      });
      expect(body.access_token).to.match(/^mct_/);
      expect(body.refresh_token).to.match(/^mcr_/);
    });

    it('lists the scopes that were granted earlier too', async () => {
      await tokens({ scope: 'wallet:read' });
      expect((await tokens({ scope: 'kyc:read' })).scopes).to.deep.equal(['wallet:read', 'kyc:read']);
    });

    it('accepts a code once', async () => {
      const code = await codeFor();
      expect((await exchange(code)).status).to.equal(200);
      refuses(await exchange(code), 400, 'Bad Request');
    });

    it('accepts a code for ten minutes', async () => {
      const clock = FakeTimers.install({ toFake: ['Date'] });
      try {
        const [late, inTime] = [await codeFor(), await codeFor()];
        clock.tick(10 * 60 * 1000 - 1);
        expect((await exchange(inTime)).status).to.equal(200);
        clock.tick(1);
        refuses(await exchange(late), 400, 'Bad Request');
      } finally {
        clock.uninstall();
      }
    });

    const refusals: [name: string, changes: Body, status: number, error: string][] = [
      ['an unknown code', { code: 'unknown' }, 400, 'Bad Request'],
      ['no code', { code: undefined }, 400, 'Bad Request'],
      ['another redirect URI', { redirect_uri: `${CALLBACK}/` }, 400, 'Bad Request'],
      ['no redirect URI', { redirect_uri: undefined }, 400, 'Bad Request'],
      ['an unknown client', { client_id: 'mc_unknown' }, 401, 'Unauthorized'],
      ['a wrong client secret', { client_secret: 'mcs_wrong' }, 401, 'Unauthorized'],
      ['a list for a code', { code: ['unknown'] }, 400, 'Bad Request'],
      ['a list for a client secret', { client_secret: ['mcs_emulator'] }, 401, 'Unauthorized'],
      ['a list for a client', { client_id: ['mc_emulator'] }, 401, 'Unauthorized'],
      ['no client secret', { client_secret: undefined }, 401, 'Unauthorized'],
      ['another grant type', { grant_type: 'password' }, 400, 'Bad Request'],
    ];
    for (const [name, changes, status, error] of refusals) {
      it(`refuses ${name}, and the code stays usable`, async () => {
        const code = await codeFor();
        refuses(await exchange(code, changes), status, error);
        expect((await exchange(code)).status).to.equal(200);
      });
    }

    it('refuses the code of another client', async () => {
      const second = { ...APP, clientID: 'mc_second', clientSecret: 'mcs_second', redirectURIs: [CALLBACK] };
      await restart({
        clients: [{ ...second, clientID: 'mc_emulator', clientSecret: 'mcs_emulator' }, second],
      });
      const code = await codeFor();
      refuses(
        await exchange(code, { client_id: 'mc_second', client_secret: 'mcs_second' }),
        400,
        'Bad Request',
      );
    });

    it('refuses a code verifier without a challenge', async () => {
      const code = await codeFor();
      refuses(await exchange(code, { code_verifier: 'verifier' }), 400, 'Bad Request');
      expect((await exchange(code)).status).to.equal(200);
    });

    it('[S5] checks the code verifier of PKCE against the challenge', async () => {
      // The example of RFC 7636, appendix B.
      const challenge = {
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      };
      const code = await codeFor(challenge);
      refuses(await exchange(code), 400, 'Bad Request');
      refuses(await exchange(code, { code_verifier: 'wrong' }), 400, 'Bad Request');
      expect(
        (await exchange(code, { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })).status,
      ).to.equal(200);
      const plain = await codeFor({ code_challenge: 'plain-verifier' });
      expect((await exchange(plain, { code_verifier: 'plain-verifier' })).status).to.equal(200);
    });

    for (const [name, body, type] of [
      ['a form', 'grant_type=refresh_token&refresh_token=mcr_x', 'application/x-www-form-urlencoded'],
      ['JSON under another name', '{}', 'text/plain'],
      ['cut JSON', '{"grant_type":', 'application/json'],
      ['a list', '[]', 'application/json'],
      ['null', 'null', 'application/json'],
      ['nothing', '', 'application/json'],
      ['100 KB', JSON.stringify({ x: 'x'.repeat(100_000) }), 'application/json'],
    ] as const) {
      it(`accepts JSON only, not ${name}`, async () => {
        refuses(await post(emulator.endpoints.tokenURL, body, type), 400, 'Bad Request');
        refuses(await post(emulator.endpoints.revocationURL, body, type), 400, 'Bad Request');
      });
    }

    it('accepts JSON only, not an empty body', async () => {
      refuses(await call(emulator.endpoints.tokenURL, { method: 'POST' }), 400, 'Bad Request');
    });

    it('gives a new token pair for a refresh token, and revokes the old pair at once', async () => {
      const old = await tokens();
      const { status, body } = await refresh(old.refresh_token);
      expect(status).to.equal(200);
      expect(body.scopes).to.deep.equal(old.scopes);
      expect(body.access_token).to.not.equal(old.access_token);
      expect(body.refresh_token).to.not.equal(old.refresh_token);
      refuses(await api('/user/me', old.access_token), 401, 'Unauthorized');
      refuses(await refresh(old.refresh_token), 401, 'Unauthorized');
      expect((await api('/user/me', String(body.access_token))).status).to.equal(200);
      expect((await refresh(body.refresh_token)).status).to.equal(200);
    });

    it('refuses values that are not a refresh token', async () => {
      const { access_token: accessToken } = await tokens();
      refuses(await refresh(accessToken), 401, 'Unauthorized');
      refuses(await refresh(7), 400, 'Bad Request');
    });
  });

  describe('revocation', () => {
    it('revokes the access token and its refresh token', async () => {
      const pair = await tokens();
      expect((await revoke(pair.access_token)).status).to.equal(200);
      refuses(await api('/user/me', pair.access_token), 401, 'Unauthorized');
      refuses(await refresh(pair.refresh_token), 401, 'Unauthorized');
      refuses(await revoke(pair.access_token), 404, 'Not Found');
    });

    it('does not change other tokens of the user', async () => {
      const [one, other] = [await tokens(), await tokens()];
      await revoke(one.access_token);
      expect((await api('/user/me', other.access_token)).status).to.equal(200);
    });

    it('refuses unknown tokens', async () => {
      refuses(await revoke('mct_unknown'), 404, 'Not Found');
      refuses(await revoke(undefined), 400, 'Bad Request');
    });

    it('revokeGrant() revokes the grant, its tokens and its codes, and the consent page shows all scopes again', async () => {
      const pair = await tokens();
      const code = await codeFor();
      emulator.revokeGrant();
      refuses(await exchange(code), 400, 'Bad Request');
      refuses(await api('/user/me', pair.access_token), 401, 'Unauthorized');
      refuses(await refresh(pair.refresh_token), 401, 'Unauthorized');
      expect((await tokens({}, { allow: ['wallet:read'] })).scopes).to.deep.equal(['wallet:read']);
    });
  });

  describe('API', () => {
    it('responds with the user in an envelope', async () => {
      const { access_token: token } = await tokens();
      const { status, body } = await api('/user/me', token);
      expect(status).to.equal(200);
      expect(body).to.deep.include({ statusCode: 200, message: 'Success' });
      expect(body.data).to.include({ firstName: 'Adébáyọ̀', lastName: 'Ọlá', email: 'adebayo@example.com' });
    });

    it('responds with the wallet only to tokens that may read it', async () => {
      expect((await api('/wallet/me', (await tokens()).access_token)).status).to.equal(200);
      emulator.revokeGrant();
      const { access_token: token } = await tokens({ scope: 'profile:read' });
      refuses(await api('/wallet/me', token), 403, 'Forbidden');
    });

    it('refuses unknown tokens, and requests without one', async () => {
      refuses(await api('/user/me', 'mct_unknown'), 401, 'Unauthorized');
      refuses(await call(emulator.endpoints.userProfileURL), 401, 'Unauthorized');
      refuses(
        await call(emulator.endpoints.userProfileURL, { headers: { authorization: 'Basic eA==' } }),
        401,
        'Unauthorized',
      );
    });

    it('refuses access tokens after an hour', async () => {
      const clock = FakeTimers.install({ toFake: ['Date'] });
      try {
        const pair = await tokens();
        clock.tick(60 * 60 * 1000 - 1);
        expect((await api('/user/me', pair.access_token)).status).to.equal(200);
        clock.tick(1);
        refuses(await api('/user/me', pair.access_token), 401, 'Unauthorized');
        expect((await refresh(pair.refresh_token)).status).to.equal(200);
      } finally {
        clock.uninstall();
      }
    });

    it('responds with 404 to other paths and methods', async () => {
      refuses(await call(`${emulator.url}/api/v1/nothing`), 404, 'Not Found');
      refuses(await call(emulator.endpoints.tokenURL), 404, 'Not Found');
    });
  });

  describe('rate limits', () => {
    it('rate limits are off by default', async () => {
      for (let i = 0; i < 25; i++) expect((await refresh('mcr_unknown')).status).to.equal(401);
    });

    it('rate limits are those of Monei when they are on, separately for each endpoint', async () => {
      await restart({ rateLimits: true });
      for (let i = 0; i < 10; i++) expect((await refresh('mcr_unknown')).status).to.equal(401);
      const limited = await refresh('mcr_unknown');
      refuses(limited, 429, 'Too Many Requests');
      expect(Number(limited.retryAfter)).to.be.within(1, 60);
      for (let i = 0; i < 20; i++) expect((await visit(authorizationURL())).status).to.equal(200);
      expect((await visit(authorizationURL())).status).to.equal(429);
      expect((await revoke('mct_unknown')).status).to.equal(404);
    });
  });

  describe('starting and stopping', () => {
    it('listens on a free port of loopback, or on the given one', async () => {
      expect(emulator.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      const port = Number(new URL(emulator.url).port);
      await restart({ port });
      expect(emulator.url).to.equal(`http://127.0.0.1:${port}`);
    });

    it('rejects if the port is taken', async () => {
      const port = Number(new URL(emulator.url).port);
      expect(await rejection(startEmulator({ port }))).to.include({ code: 'EADDRINUSE' });
    });

    it('survives requests whose path is not a URL', async () => {
      const { port } = new URL(emulator.url);
      for (const target of ['//', 'http://[', '/%zz', '*', '?']) {
        const status = await new Promise((resolve, reject) => {
          const request = http.request({ port, host: '127.0.0.1', path: target }, (response) => {
            resolve(response.resume().statusCode);
          });
          request.on('error', reject).end();
        });
        expect(status).to.be.oneOf([400, 404]);
      }
    });

    it('survives a client that hangs up in the middle of its request', async () => {
      const { port } = new URL(emulator.url);
      const request = http.request({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/connect/token',
        headers: { 'content-type': 'application/json', 'content-length': 100 },
      });
      const hungUp = once(request, 'error');
      request.write('{', () => request.destroy(new Error('I hang up')));
      await hungUp;
      expect((await visit(authorizationURL())).status).to.equal(200);
    });

    const failing: [how: string, onRequest: () => unknown][] = [
      [
        'throws',
        () => {
          throw new Error('not in the log');
        },
      ],
      ['rejects', async () => Promise.reject(new Error('not in the log'))],
      ['throws undefined', () => Promise.reject()],
    ];
    for (const [how, onRequest] of failing) {
      it(`responds, and prints one error, if \`onRequest\` ${how}`, async () => {
        const { error } = console;
        const printed: unknown[][] = [];
        console.error = (...args) => printed.push(args);
        try {
          await restart({ onRequest });
          for (let i = 0; i < 2; i++) {
            const { status, body } = await call(`${emulator.url}/api/v1/user/me`);
            expect([status, body.statusCode]).to.deep.equal([401, 401]);
          }
          await until(async () => printed.length === 2);
        } finally {
          console.error = error;
        }
        expect(printed[0]?.[0]).to.equal('monei-connect-emulator: `onRequest` failed:');
      });
    }

    it('brings the browser back to the redirect URI, character by character', async () => {
      const uri = 'http://LOCALHOST:1/cb?x=%20y&z';
      const back = await emulator.authorize(authorizationURL({ redirect_uri: uri }));
      expect(back.startsWith(`${uri}&code=`)).to.equal(true);
    });

    const wrong: [name: string, options: unknown][] = [
      ['a redirect URI that is no URL', { clients: [{ ...APP, redirectURIs: ['nope'] }] }],
      ['a redirect URI of another scheme', { clients: [{ ...APP, redirectURIs: ['myapp://callback'] }] }],
      ['a redirect URI that runs code', { clients: [{ ...APP, redirectURIs: ['javascript:alert(1)'] }] }],
      ['a redirect URI beyond ASCII', { clients: [{ ...APP, redirectURIs: ['https://app.example/ọ'] }] }],
      ['a redirect URI with a fragment', { clients: [{ ...APP, redirectURIs: ['https://app.example/#a'] }] }],
      ['a redirect URI that is a number', { clients: [{ ...APP, redirectURIs: [7] }] }],
      ['two clients of one id', { clients: [APP, APP] }],
      ['two users of one id', { users: [{ id: 'ada' }, { id: 'ada' }] }],
      ['a client without credentials', { clients: [{}] }],
      ['a client with an empty secret', { clients: [{ ...APP, clientSecret: '' }] }],
      ['nothing for a client', { clients: [null] }],
      ['a text for redirect URIs', { clients: [{ ...APP, redirectURIs: CALLBACK }] }],
      ['a number of clients', { clients: 5 }],
      ['an object for the name of a client', { clients: [{ ...APP, name: {} }] }],
      ['a user without an id', { users: [{ name: 'Ada' }] }],
      ['a list for a wallet', { users: [{ id: 'ada', wallet: [] }] }],
      ['a number for a wallet', { users: [{ id: 'ada', wallet: 5 }] }],
      ['null for a wallet', { users: [{ id: 'ada', wallet: null }] }],
      ['null for its options', null],
      ['a number for its options', 5],
      ['a text for rate limits', { rateLimits: 'false' }],
      ['a list for a function', { onRequest: [] }],
      ['a text for a port', { port: 'x' }],
      ['a port beyond all ports', { port: 65_536 }],
    ];
    for (const [name, options] of wrong) {
      it(`does not start with ${name}`, async () => {
        expect(await rejection(startEmulator(options as EmulatorOptions)))
          .to.be.instanceOf(TypeError)
          .with.property('message')
          .that.matches(/^monei-connect-emulator: /);
      });
    }

    it('names an unknown option', async () => {
      const error = await rejection(startEmulator({ prot: 3000, rateLimit: true } as EmulatorOptions));
      expect(error)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes('prot, rateLimit')
        .and.includes('port, clients, users, rateLimits');
    });

    it('names an unknown field of a client, and the known ones', async () => {
      const client = { clientID: 'mc_app', clientSecret: 'mcs_app', redirectURI: CALLBACK };
      const error = await rejection(startEmulator({ clients: [client] }));
      expect(error)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.includes('redirectURI of a client')
        .and.includes('clientID, clientSecret, redirectURIs, name');
    });

    it('does not start in production', async () => {
      const { NODE_ENV } = process.env;
      process.env.NODE_ENV = 'production';
      try {
        expect(await rejection(startEmulator()))
          .to.be.an('error')
          .with.property('message')
          .that.matches(/^monei-connect-emulator: [^.]*NODE_ENV=production[^.]*\.$/);
      } finally {
        if (NODE_ENV === undefined) delete process.env.NODE_ENV;
        else process.env.NODE_ENV = NODE_ENV;
      }
    });

    it('needs a client and a user', async () => {
      expect(await rejection(startEmulator({ clients: [] }))).to.be.instanceOf(TypeError);
      expect(await rejection(startEmulator({ users: [] }))).to.be.instanceOf(TypeError);
    });

    it('closes at once, open connections included, and can be closed twice', async () => {
      await fetch(authorizationURL(), { headers: { connection: 'keep-alive' } });
      await emulator.close();
      await emulator.close();
      expect(await rejection(fetch(authorizationURL())))
        .to.have.property('code')
        .that.matches(/^ECONN/);
    });

    it('keeps nothing after it closes', async () => {
      const { access_token: token } = await tokens();
      await restart({});
      refuses(await api('/user/me', token), 401, 'Unauthorized');
    });
  });
});
