import { createServer } from 'node:http';
import { expect } from 'chai';
import { freePort } from '../../../test/helpers/free-port.js';
import { runCheck } from '../../src/contract/check.js';
import type { MoneiEmulator } from '../../src/index.js';
import { CheckUser } from './check-user.js';
import { CLIENT, startEmulatorWithHistory, USER } from './emulated-monei.js';
import { mutants } from './mutants.js';
import { type ProxiedEmulator, type Rewrite, startRewritingProxy } from './rewriting-proxy.js';

describe('monei-connect-emulator check', () => {
  let emulator: MoneiEmulator;
  let redirectURI: string;
  let tokens: string[];
  let closing: { close(): Promise<void> }[];
  beforeEach(async () => {
    redirectURI = `http://localhost:${await freePort()}/callback`;
    emulator = await startEmulatorWithHistory(redirectURI);
    closing = [emulator];
    tokens = [];
  });
  afterEach(async () => {
    for (const one of closing) await one.close();
  });

  /** Starts a proxy that remembers each token. */
  const proxied = async (
    rewrite: Rewrite = (request, forward) => forward(request),
  ): Promise<ProxiedEmulator> => {
    const proxy = await startRewritingProxy(emulator, async (request, forward) => {
      const response = await rewrite(request, forward);
      tokens.push(...(response.body.match(/mc[tr]_[\w-]{20,}/g) ?? []));
      return response;
    });
    closing.push(proxy);
    return proxy;
  };

  /** Runs the command in this process. `answer` gives the answers of a user at a terminal. */
  const check = async (
    args: string[],
    {
      monei = emulator,
      env = {},
      answer,
      user = new CheckUser(),
      signal = new AbortController().signal,
    }: {
      monei?: Pick<MoneiEmulator, 'endpoints' | 'apiURL'>;
      env?: Record<string, string>;
      answer?: (question: string) => string | undefined;
      user?: CheckUser;
      signal?: AbortSignal;
    } = {},
  ) => {
    const output = { said: '', printed: '' };
    const exitCode = await runCheck(['--delay', '0', ...args], {
      env: {
        MONEI_CLIENT_ID: CLIENT.clientID,
        MONEI_CLIENT_SECRET: CLIENT.clientSecret,
        MONEI_REDIRECT_URI: redirectURI,
        MONEI_AUTHORIZATION_URL: monei.endpoints.authorizationURL,
        MONEI_TOKEN_URL: monei.endpoints.tokenURL,
        MONEI_REVOCATION_URL: monei.endpoints.revocationURL,
        MONEI_USER_PROFILE_URL: monei.endpoints.userProfileURL,
        MONEI_API_URL: monei.apiURL,
        ...env,
      },
      terminal: {
        say(line) {
          output.said += `${line}\n`;
          user.read(`${line}\n`);
        },
        print(text) {
          output.printed += text;
        },
        question:
          answer &&
          ((text, limit) =>
            new Promise((resolve, reject) => {
              output.said += text;
              const answered = answer(text);
              if (answered !== undefined) resolve(answered);
              else limit.addEventListener('abort', () => reject(limit.reason));
            })),
      },
      signal,
    });
    await user.done();
    return { exitCode, ...output, user };
  };

  /** Answers as a user who sees that all is as assumed. */
  const agree = (question: string) => (question.startsWith('Press Enter') ? undefined : 'yes');

  it('prints a table, without a token, a code, a secret or personal data, and revokes its tokens', async () => {
    const { exitCode, said, printed, user } = await check([], { monei: await proxied(), answer: agree });
    expect(exitCode).to.equal(0);
    expect(printed).to.match(/^The consent page\n {2}holds {6}shows an error page for an unknown client_id/);
    expect(printed).to.match(
      /not tried {2}refuses a code that is older .*\n {13}why: it takes ten minutes\n/,
    );
    expect(printed).to.match(/\nholds: \d+, differs: 0, not tried: 3$/);
    expect(tokens).to.have.lengthOf.above(10);
    const { id, firstName, lastName, email, phone } = USER;
    for (const secret of [
      ...tokens,
      ...user.codes,
      CLIENT.clientSecret,
      id,
      firstName,
      lastName,
      email,
      phone,
    ]) {
      expect(said + printed).to.not.include(secret);
    }
    for (const token of tokens.filter((one) => one.startsWith('mct_'))) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(emulator.endpoints.userProfileURL, { headers })).status).to.equal(401);
    }
  });

  it('says what differs, with its source, and exits with 1', async () => {
    const mutant = mutants.find(
      ({ name }) => name === 'answers 400 for a refresh token that was used or revoked',
    );
    const monei = await proxied(mutant?.change(emulator));
    const { exitCode, printed } = await check(['--yes'], { monei });
    expect(exitCode).to.equal(1);
    expect(printed).to.include(`
  differs    refuses a refresh token that was used before, with 401
             expected: status 401 with Monei's error body
             seen: status 400 with Monei's error body
             source: docs.monei.cc/connect/tokens; the status is a guess
`);
    expect(printed).to.include('the issue form "the real Monei differs"');
  });

  it('prints the results as JSON with --json', async () => {
    const mutant = mutants.find(({ name }) => name === 'sends rate-limit headers');
    const monei = await proxied(mutant?.change(emulator));
    const { exitCode, printed } = await check(['--yes', '--json'], { monei });
    expect(exitCode).to.equal(1);
    const { assumptions, counts } = JSON.parse(printed);
    expect(counts).to.include({ differs: 1 });
    expect(assumptions.find(({ outcome }: { outcome: string }) => outcome === 'differs')).to.deep.equal({
      topic: 'Rate limits',
      name: 'sends no rate-limit headers with the data routes',
      source: 'guess',
      outcome: 'differs',
      expected: 'none',
      seen: 'x-ratelimit-limit',
    });
  });

  it('does not try what only a user can see if there is no terminal', async () => {
    const { printed } = await check(['--yes', '--json']);
    const { assumptions } = JSON.parse(printed);
    const name = 'does not show a scope again that the user granted before';
    expect(assumptions.find((one: { name: string }) => one.name === name)).to.include({
      outcome: 'not tried',
      reason: "only a user can see this on Monei's page, and none can be asked",
    });
  });

  it('asks the user about what only a user can see', async () => {
    const answers = ['perhaps', 'n'];
    const answer = (question: string) => {
      if (!question.includes('leave out')) return agree(question);
      return answers.shift();
    };
    const { exitCode, printed } = await check([], { answer });
    expect(answers).to.deep.equal([]);
    expect(exitCode).to.equal(1);
    expect(printed).to.match(
      /differs {4}does not show a scope again.*\n.*expected: not shown again\n.*seen: shown again/,
    );
  });

  it('does not try an assumption about which the user is not sure', async () => {
    const answer = (question: string) => (question.includes('leave out') ? ' ' : agree(question));
    const { printed } = await check([], { answer });
    expect(printed).to.match(/not tried {2}does not show a scope again/);
  });

  it('goes on if the browser does not come back from a consent page', async () => {
    const user = new CheckUser();
    user.before = () => false;
    const answer = (question: string) => (question.startsWith('Press Enter') ? '' : 'yes');
    const { exitCode, printed } = await check([], { user, answer });
    expect(exitCode).to.equal(0);
    expect(printed).to.include('why: the browser did not come back from the consent page');
    expect(user.consents).to.be.within(1, 10);
  });

  it('exits with 2 if nothing could be tried', async () => {
    const port = await freePort();
    const { exitCode, printed } = await check(['--yes', '--consent-timeout', '0'], {
      monei: {
        endpoints: {
          authorizationURL: `http://127.0.0.1:${port}/authorize`,
          tokenURL: `http://127.0.0.1:${port}/token`,
          revocationURL: `http://127.0.0.1:${port}/revoke`,
          userProfileURL: `http://127.0.0.1:${port}/me`,
        },
        apiURL: `http://127.0.0.1:${port}`,
      },
      user: Object.assign(new CheckUser(), { before: () => false }),
    });
    expect(exitCode).to.equal(2);
    expect(printed).to.include('why: a request failed (ECONNREFUSED)');
    expect(printed).to.match(/holds: 0, differs: 0, not tried: \d+$/);
  });

  it('starts only if the user confirms it', async () => {
    const refused = await check([], { answer: () => 'no' });
    expect(refused).to.include({ exitCode: 2, printed: '' });
    expect(refused.said).to.include('moves no money').and.include('Nothing was tried.');
    const silent = await check([]);
    expect(silent).to.include({ exitCode: 2, printed: '' });
    expect(silent.said).to.include('use --yes to confirm');
  });

  const wrong: [title: string, args: string[], env: Record<string, string>, message: string][] = [
    ['a missing client', [], { MONEI_CLIENT_ID: '' }, '--client-id or MONEI_CLIENT_ID is missing.'],
    [
      'a redirect URI elsewhere',
      ['--redirect-uri', 'http://app.example/cb'],
      {},
      '--redirect-uri must be an http URL',
    ],
    [
      'a redirect URI that is not a URL',
      ['--redirect-uri', 'callback'],
      {},
      '--redirect-uri must be an http URL',
    ],
    ['plain http elsewhere', ['--api-url', 'http://api.example'], {}, '--api-url must be an https URL'],
    ['an address that is not a URL', [], { MONEI_TOKEN_URL: 'token' }, '--token-url must be an https URL'],
    ['a delay that is not a number', ['--delay', 'soon'], {}, '--delay must be a number of seconds'],
    ['an empty delay', ['--delay', ''], {}, '--delay must be a number of seconds'],
    ['an unknown option', ['--colour'], {}, "Unknown option '--colour'. --help shows the options."],
  ];
  for (const [title, args, env, message] of wrong) {
    it(`refuses ${title}`, async () => {
      const { exitCode, said, printed } = await check(['--yes', ...args], { env });
      expect({ exitCode, printed }).to.deep.equal({ exitCode: 2, printed: '' });
      expect(said).to.include(message);
    });
  }

  it('explains its options', async () => {
    const { exitCode, printed } = await check(['--help']);
    expect(exitCode).to.equal(0);
    expect(printed).to.include('--consent-timeout SECONDS').and.include('MONEI_CLIENT_SECRET');
  });

  it('says that another program uses the port of the redirect URI', async () => {
    const server = createServer();
    await new Promise<void>((resolve) =>
      server.listen(Number(new URL(redirectURI).port), '127.0.0.1', resolve),
    );
    try {
      const { exitCode, said } = await check(['--yes']);
      expect(exitCode).to.equal(2);
      expect(said).to.include('Another program listens on the port of the redirect URI.');
    } finally {
      server.close();
    }
  });

  it('says how many tokens Monei did not revoke', async () => {
    const monei = await proxied((request, forward) =>
      request.url.endsWith('/revoke')
        ? Promise.resolve({ status: 503, headers: {}, body: '' })
        : forward(request),
    );
    const { said } = await check(['--yes'], { monei });
    expect(said).to.match(
      /Monei did not revoke [1-9] of the access tokens\. Revoke the app in Monei's settings\./,
    );
  });

  it('revokes the tokens of a Monei that wraps them in its envelope', async () => {
    const mutant = mutants.find(({ name }) => name === 'wraps tokens in its envelope');
    const { exitCode } = await check(['--yes'], { monei: await proxied(mutant?.change(emulator)) });
    expect(exitCode).to.equal(1);
    const access = tokens.filter((one) => one.startsWith('mct_'));
    expect(access).to.not.deep.equal([]);
    for (const token of access) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(emulator.endpoints.userProfileURL, { headers })).status).to.equal(401);
    }
  });

  it('stops on Ctrl-C while a question waits for its answer', async () => {
    const stop = new AbortController();
    const answer = (): undefined => {
      setImmediate(() => stop.abort());
      return undefined;
    };
    const { exitCode, printed } = await check([], { answer, signal: stop.signal });
    expect({ exitCode, printed }).to.deep.equal({ exitCode: 130, printed: '' });
  });
});
