import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { runEmulator } from '../src/command.js';
import { startEmulator } from '../src/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APP = 'mc_app:mcs_app:https://app.example/cb';

/** `monei-connect-emulator` in a process of its own. */
class Command {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [...process.execArgv, 'emulator/src/main.ts', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'close');
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
  }

  /** Waits until this was printed. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const [found] = pattern.exec(this.stdout) ?? [];
      if (found !== undefined) return found;
      await Promise.race([once(this.child.stdout, 'data'), this.ended.then(() => this.#complain())]);
    }
  }

  #complain(): never {
    throw new Error(`it ended: ${this.stdout}${this.stderr}`);
  }

  /** The environment variables that it prints. */
  async variables(): Promise<Record<string, string>> {
    const text = await this.printed(/(MONEI_\w+=\S*\n)+/);
    return Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    );
  }
}

describe('monei-connect-emulator', () => {
  let folder: string;
  const running: Command[] = [];
  const start = (...args: string[]) => {
    const command = new Command('--port', '0', ...args);
    running.push(command);
    return command;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'passport-monei-'));
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGINT');
      await ended;
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const post = (url: string, body: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('prints its address, the environment variables and a line for each request, and no token', async () => {
    const command = start();
    const {
      MONEI_CLIENT_ID: clientID = '',
      MONEI_CLIENT_SECRET: clientSecret,
      ...urls
    } = await command.variables();
    const { origin } = new URL(urls.MONEI_API_URL ?? '');
    expect(command.stdout).to.include(`The Monei emulator runs at ${origin}`);
    expect(Object.keys(urls)).to.deep.equal([
      'MONEI_AUTHORIZATION_URL',
      'MONEI_TOKEN_URL',
      'MONEI_REVOCATION_URL',
      'MONEI_USER_PROFILE_URL',
      'MONEI_API_URL',
    ]);

    const redirectURI = 'http://localhost:3000/cb';
    const asked = {
      client_id: clientID,
      redirect_uri: redirectURI,
      scope: 'profile:read',
      state: 'mct_state',
    };
    await fetch(`${urls.MONEI_AUTHORIZATION_URL}?${new URLSearchParams(asked)}`);
    const decided = await fetch(`${urls.MONEI_AUTHORIZATION_URL}`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams({ ...asked, 'scope:profile:read': 'allow' }),
      redirect: 'manual',
    });
    const code = new URL(decided.headers.get('location') ?? '').searchParams.get('code');
    const exchange = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectURI,
      client_id: clientID,
      client_secret: clientSecret,
    };
    const answer = await post(urls.MONEI_TOKEN_URL ?? '', exchange);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    await fetch(`${urls.MONEI_API_URL}/wallet/me`, { headers: { authorization: `Bearer ${token}` } });
    await fetch(`${origin}/${token}`);
    await command.printed(/ 404 /);

    const [, requests = ''] = command.stdout.split('\nRequests:\n');
    const lines = requests.trim().split('\n');
    expect(lines.map((line) => line.replace(/ \d+\.\d ms$/, ' ms'))).to.deep.equal([
      'GET /connect/authorize 200 profile:read ms',
      'POST /connect/authorize 302 profile:read ms',
      'POST /api/v1/connect/token 200 profile:read ms',
      'GET /api/v1/wallet/me 403 wallet:read ms',
      'GET /mct_… 404 ms'.replace('…', '?'),
    ]);
    for (const secret of [code, token, 'mct_state']) expect(command.stdout).to.not.include(secret);
  });

  it('prints lines of JavaScript that read the variables into options of the strategy and the keeper', async () => {
    const command = start();
    const variables = await command.variables();
    const script = await command.printed(/const \{ env \} = process;\n[\s\S]*?\n\n/);
    const run = (environment: Record<string, string>) => {
      const globals = { process: { env: environment } };
      return runInNewContext(`${script}; JSON.stringify({ ...options, apiURL })`, globals);
    };
    expect(JSON.parse(run(variables))).to.deep.equal({
      clientID: variables.MONEI_CLIENT_ID,
      clientSecret: variables.MONEI_CLIENT_SECRET,
      authorizationURL: variables.MONEI_AUTHORIZATION_URL,
      tokenURL: variables.MONEI_TOKEN_URL,
      revocationURL: variables.MONEI_REVOCATION_URL,
      userProfileURL: variables.MONEI_USER_PROFILE_URL,
      apiURL: variables.MONEI_API_URL,
    });
    expect(JSON.parse(run({}))).to.deep.equal({});
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends at once with ${signal}, also while a request is open`, async () => {
      const command = start();
      const { MONEI_API_URL: url = '' } = await command.variables();
      const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write('POST /api/v1/connect/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n');
      command.child.kill(signal);
      expect(await command.ended).to.deep.equal([0, null]);
      expect(command.stderr).to.equal('');
    });
  }

  it('takes clients, users and rate limits', async () => {
    const users = file('users.json', '\uFEFF[{ "id": "ada", "name": "Ada" }]');
    const clients = [
      '--client',
      APP,
      '--client',
      'mc_app:mcs_app:http://localhost:8080/cb',
      '--client',
      'mc_b:mcs_b:https://b.example',
    ];
    const command = start(...clients, '--users', users, '--rate-limits');
    const { MONEI_CLIENT_ID: clientID, ...urls } = await command.variables();
    expect(clientID).to.equal('mc_app');
    const asked = { client_id: 'mc_app', redirect_uri: 'http://localhost:8080/cb', scope: 'profile:read' };
    const page = await fetch(`${urls.MONEI_AUTHORIZATION_URL}?${new URLSearchParams(asked)}`);
    expect(await page.text()).to.include('<strong>Ada</strong>');
    const other = { ...asked, client_id: 'mc_b', redirect_uri: 'https://b.example' };
    const { status } = await fetch(`${urls.MONEI_AUTHORIZATION_URL}?${new URLSearchParams(other)}`);
    expect(status).to.equal(200);
    const token = () => post(urls.MONEI_TOKEN_URL ?? '', {});
    for (let i = 0; i < 10; i++) expect((await token()).status).to.equal(400);
    expect((await token()).status).to.equal(429);
  });

  describe('without starting', () => {
    const run = async (...args: string[]) => {
      const printed = { log: '', error: '' };
      const exitCode = await runEmulator(args, {
        log: (text: string) => {
          printed.log += text;
        },
        error: (text: string) => {
          printed.error += text;
        },
      });
      return { exitCode, ...printed };
    };

    it('prints its options', async () => {
      const { exitCode, log, error } = await run('--help');
      expect([exitCode, error]).to.deep.equal([0, '']);
      for (const option of ['--port', '--client', '--users', '--rate-limits', '--token-life', '--help']) {
        expect(log).to.include(`\n  ${option} `);
      }
    });

    it('prints the lines of an .env file for an emulator with its default options', async () => {
      const { log } = await run('--help');
      const [lines = ''] = /^(\w+=.*\n?)+$/m.exec(log) ?? [];
      expect(parseEnv(lines)).to.deep.equal({
        MONEI_CLIENT_ID: 'mc_emulator',
        MONEI_CLIENT_SECRET: 'mcs_emulator',
        MONEI_AUTHORIZATION_URL: 'http://127.0.0.1:4000/connect/authorize',
        MONEI_TOKEN_URL: 'http://127.0.0.1:4000/api/v1/connect/token',
        MONEI_REVOCATION_URL: 'http://127.0.0.1:4000/api/v1/connect/token/revoke',
        MONEI_USER_PROFILE_URL: 'http://127.0.0.1:4000/api/v1/user/me',
        MONEI_API_URL: 'http://127.0.0.1:4000/api/v1',
        SESSION_SECRET: 'for development',
      });
    });

    it('names a port that is in use', async () => {
      const emulator = await startEmulator();
      const { port } = new URL(emulator.url);
      expect(await run('--port', port)).to.deep.equal({
        exitCode: 1,
        log: '',
        error: `cannot listen on port ${port} of 127.0.0.1: another program uses it. Choose another port with --port.`,
      });
      await emulator.close();
    });

    const wrong: [args: () => string[], says: string][] = [
      [() => ['--prot', '1'], '--prot'],
      [() => ['4000'], '4000'],
      [() => ['--port'], '--port'],
      [() => ['--port', '4000x'], 'port'],
      [() => ['--port', '65536'], 'port'],
      [() => ['--client', 'mc_app'], 'ID:SECRET:REDIRECT_URI'],
      [() => ['--client', 'mc_app:mcs_app:'], 'ID:SECRET:REDIRECT_URI'],
      [() => ['--client', 'mc_app:mcs_app:myapp://cb'], 'myapp://cb'],
      [() => ['--client', APP, '--client', 'mc_app:mcs_other:http://localhost/cb'], 'mc_app is repeated'],
      [() => ['--users', join(folder, 'nothing.json')], 'cannot be read (ENOENT)'],
      [() => ['--users', file('cut.json', '[{')], 'is not JSON'],
      [() => ['--users', file('object.json', '{}')], 'users'],
    ];
    for (const [args, says] of wrong) {
      it(`says what is wrong in a sentence, and exits with 1: ${says}`, async () => {
        const { exitCode, log, error } = await run(...args());
        expect([exitCode, log]).to.deep.equal([1, '']);
        expect(error)
          .to.include(says)
          .and.to.match(/^[^\n]+\.$/);
        expect(error).to.not.include('mcs_');
      });
    }
  });
});
