import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type Browser, locationOf, openBrowser } from './browser.js';
import { asCommonJS, snippets } from './readme.js';

const run = promisify(execFile);
// In its test environment, Express does not log the errors that it answers.
const ENVIRONMENT = {
  NODE_ENV: 'test',
  MONEI_CLIENT_ID: 'mc_readme',
  MONEI_CLIENT_SECRET: 'mcs_readme',
  SESSION_SECRET: 'readme',
};

/** Runs each of the README's snippets in a folder where the package and its peers can be found. */
export class ReadmeTrial {
  readonly #folder: string;
  readonly #preload: string;

  /** @param preload the URL of the module that stands in for Monei */
  constructor(folder: string, preload: string) {
    this.#folder = folder;
    this.#preload = preload;
  }

  /** The whole app: signs in with everything, a part, too little, and uses the guarded routes. */
  async app(kind: 'mjs' | 'cjs'): Promise<void> {
    const port = await freePort();
    const file = this.#write('app', kind, '');
    const child = spawn(process.execPath, ['--import', this.#preload, file], {
      env: { ...process.env, ...ENVIRONMENT, PORT: String(port) },
    });
    const complaints = collect(child.stderr);
    try {
      await untilReady(child, complaints);
      await driveApp(`http://localhost:${port}`);
    } finally {
      child.kill();
    }
    expect(complaints()).to.equal('', 'nothing may be printed to stderr');
  }

  /** The functions for workers. */
  async worker(kind: 'mjs' | 'cjs'): Promise<void> {
    const finish = `
      (async () => {
        const renewed = await renew({ refreshToken: 'mcr_good' });
        const revoked = await renew({ refreshToken: 'mcr_revoked' });
        await disconnect({ accessToken: 'mct_nock' });
        console.log(JSON.stringify([renewed.status, renewed.accessToken, revoked]));
      })();`;
    const { stdout, stderr } = await this.#run(this.#write('worker', kind, finish));
    expect(stderr).to.equal('');
    expect(JSON.parse(stdout)).to.deep.equal(['connected', 'mct_nock', { status: 'reconnect' }]);
  }

  /** The test against the emulator, which checks itself. */
  async test(kind: 'mjs' | 'cjs'): Promise<void> {
    const { stdout, stderr } = await this.#run(this.#write('test', kind, ''));
    expect([stdout, stderr]).to.deep.equal(['', '']);
  }

  #write(name: string, kind: 'mjs' | 'cjs', more: string): string {
    const code = snippets()[name];
    if (!code) throw new Error(`the README has no snippet named ${name}`);
    const file = join(this.#folder, `${name}.${kind}`);
    writeFileSync(file, `${kind === 'cjs' ? asCommonJS(code) : code}\n${more}\n`);
    return file;
  }

  #run(file: string) {
    return run(process.execPath, ['--import', this.#preload, file], {
      env: { ...process.env, ...ENVIRONMENT },
    });
  }
}

async function driveApp(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (path: string) => (await browser(url + path)).text();
  const signIn = async (start: string, code: string, who: Browser = browser) => {
    const asked = new URL(locationOf(await who(url + start)));
    expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
    expect(asked.searchParams.get('redirect_uri')).to.equal(`${url}/auth/monei/callback`);
    const query = new URLSearchParams({ code, state: asked.searchParams.get('state') ?? '' });
    const scope = asked.searchParams.get('scope');
    return { scope, location: locationOf(await who(`${url}/auth/monei/callback?${query}`)) };
  };

  expect(await text('/')).to.include('Connect Monei');
  expect((await browser(`${url}/send`, { method: 'POST' })).status).to.equal(403);
  expect((await signIn('/auth/monei', 'little', openBrowser())).location).to.equal('/failed');
  const first = await signIn('/auth/monei', 'part');
  expect(first).to.deep.equal({ scope: 'profile:read wallet:read wallet:send', location: '/' });
  expect(await text('/')).to.equal('Hello Ada Obi');
  expect((await browser(`${url}/send`, { method: 'POST' })).status).to.equal(403);
  expect(locationOf(await browser(`${url}/send`))).to.equal('/enable-send');
  expect(await signIn('/enable-send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:send',
    location: '/',
  });
  expect(await text('/send')).to.include('<form');
  expect(await (await browser(`${url}/send`, { method: 'POST' })).text()).to.equal('Sent');
  expect((await browser(`${url}/failed`)).status).to.equal(401);
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

function untilReady(child: ChildProcess, complaints: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('Open http') && resolve());
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${complaints()}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
