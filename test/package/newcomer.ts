import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import blankSpace from 'ts-blank-space';
import { type Browser, locationOf, openBrowser } from '../helpers/browser.js';
import { freePort } from '../helpers/free-port.js';
import { pages } from '../helpers/readme.js';
import { Newcomer } from './helpers/newcomer.js';
import { ROOT } from './helpers/packed-project.js';

const EVERYTHING = ['profile:read', 'wallet:read', 'wallet:send'];

/** Returns each block of code that a page has in one language. */
function blocksOf(page: string, language: string): string[] {
  const text = String(pages().get(page));
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Sends the form of the emulator's consent page. Returns the callback URL. */
async function decide(browser: Browser, consent: string, allow: string[]): Promise<string> {
  const { origin, searchParams } = new URL(consent);
  const page = await browser(consent);
  expect(page.status).to.equal(200);
  const fields = allow.map((scope): [string, string] => [`scope:${scope}`, 'allow']);
  const decision = allow.length > 0 ? 'approve' : 'deny';
  const body = new URLSearchParams([...searchParams, ...fields, ['decision', decision]]);
  const authorizationURL = `${origin}/connect/authorize`;
  return locationOf(await browser(authorizationURL, { method: 'POST', headers: { origin }, body }));
}

describe('the code of README.md, getting-started.md and payments.md, in an empty folder', () => {
  const [setUp = '', startApp = ''] = blocksOf('README.md', 'sh');
  const [install = '', startEmulator = ''] = setUp.trim().split('\n');
  const [environment = ''] = blocksOf('README.md', 'ini');
  const [app = '', guards = '', keeper = ''] = blocksOf('README.md', 'js');
  let newcomer: Newcomer;
  let emulator: string;
  let origin: string;
  let port: string;

  before(() => {
    newcomer = new Newcomer();
    expect(newcomer.run('npm init -y').status).to.equal(0);
    expect(newcomer.run(install)).to.include({ status: 0, stderr: '' });
  });
  beforeEach(async () => {
    port = String(await freePort());
    origin = `http://localhost:${port}`;
  });
  afterEach(() => newcomer.stop());
  after(() => newcomer.remove());

  /** Starts the emulator with the command of a page, on a free port, because 4000 may be in use. Saves .env. */
  const prepare = async (command = startEmulator, lines = environment) => {
    const [, url = ''] = await newcomer.start(`${command} --port 0`, /runs at (\S+?), until/);
    emulator = url;
    newcomer.save('.env', lines.replaceAll('http://127.0.0.1:4000', url));
  };
  /** Starts the app with the README's command, on a free port, because 3000 may be in use. */
  const start = () => newcomer.start(startApp.trim(), /Open http/, { PORT: port });
  const signIn = async (browser: Browser, allow: string[], path = '/auth/monei') => {
    const consent = locationOf(await browser(origin + path));
    expect(consent).to.include(`${emulator}/connect/authorize?`);
    return browser(await decide(browser, consent, allow));
  };
  const textAt = async (browser: Browser, path: string) => (await browser(origin + path)).text();

  it('shows the .env that the emulator prints with --help', () => {
    const { status, stdout } = newcomer.run(`${startEmulator} --help`);
    expect(status).to.equal(0);
    expect(stdout).to.include(environment);
  });

  it('says hello after a sign-in at the emulator', async () => {
    await prepare();
    newcomer.save('app.mjs', app);
    await start();
    const browser = openBrowser();
    expect(await textAt(browser, '/')).to.include('Connect Monei');
    expect(locationOf(await signIn(browser, EVERYTHING))).to.equal('/');
    expect(await textAt(browser, '/')).to.equal('Hello Adébáyọ̀ Ọlá');
  });

  it('ends with an error and exit code 1 if the port is used', async () => {
    await prepare();
    newcomer.save('app.mjs', app);
    const occupant = createServer().listen(Number(port));
    await once(occupant, 'listening');
    const { status, stderr } = newcomer.run(startApp, { PORT: port });
    occupant.close();
    expect(status).to.equal(1);
    expect(stderr).to.include('EADDRINUSE');
  });

  it('asks for a scope when a route needs it', async () => {
    await prepare();
    newcomer.save('app.mjs', app + guards);
    await start();
    const browser = openBrowser();
    await signIn(browser, ['profile:read', 'wallet:read']);
    expect(locationOf(await browser(`${origin}/send`))).to.equal('/enable-send');
    expect(locationOf(await signIn(browser, ['wallet:send'], '/enable-send'))).to.equal('/send');
    expect(await textAt(browser, '/send')).to.include('<form');
  });

  it('calls Monei as the user', async () => {
    await prepare();
    newcomer.save(
      '.env',
      `${readFileSync(join(newcomer.folder, '.env'), 'utf8')}TOKEN_KEY=${'ab'.repeat(32)}\n`,
    );
    newcomer.save('keeper.mjs', keeper);
    // The verify function of keeper.mjs in place of the one in app.mjs, and a route that uses the tokens.
    const [verify = ''] = /async \(accessToken.*?^}/ms.exec(app) ?? [];
    const route = "app.get('/wallet', async (req, res) => res.json(await wallet(req.user)));\n";
    newcomer.save(
      'app.mjs',
      `import { verify, wallet } from './keeper.mjs';\n${app.replace(verify, 'verify')}${route}`,
    );
    await start();
    const browser = openBrowser();
    await signIn(browser, EVERYTHING);
    const { data } = JSON.parse(await textAt(browser, '/wallet'));
    expect(Number(data.nairaBalance)).to.equal(125_000.5);
  });

  it('has the words of getting-started.md for a user who denies, and logs users out', async () => {
    const [command = ''] = blocksOf('docs/getting-started.md', 'sh');
    const redirectURI = `${origin}/auth/monei/callback`;
    const own = command.trim().replace('http://localhost:3000/auth/monei/callback', redirectURI);
    const credentials = environment.replace('mc_emulator', 'my-app').replace('mcs_emulator', 'my-secret');
    await prepare(own, credentials);
    // The page's routes replace the callback route, and stand before the app listens.
    const [words = ''] = blocksOf('docs/getting-started.md', 'js');
    const [callbackRoute = ''] = /^app\.get\('\/auth\/monei\/callback'.*?^}\);\n/ms.exec(app) ?? [];
    newcomer.save('app.mjs', app.replace(callbackRoute, '').replace(/^app\.listen/m, `${words}\napp.listen`));
    await start();
    const browser = openBrowser();
    expect(await (await signIn(browser, [])).text()).to.equal('You chose not to connect Monei.');
    expect(locationOf(await signIn(browser, EVERYTHING))).to.equal('/');
    expect(await textAt(browser, '/')).to.equal('Hello Adébáyọ̀ Ọlá');
    expect(locationOf(await browser(`${origin}/logout`, { method: 'POST' }))).to.equal('/');
    expect(await textAt(browser, '/')).to.include('Connect Monei');
  });

  it('pays once with the file that payments.md says to copy, also if a response is lost', () => {
    for (const name of ['payments', 'memory-journal']) {
      const source = readFileSync(join(ROOT, `examples/payments/${name}.ts`), 'utf8');
      newcomer.save(`${name}.mjs`, blankSpace(source));
    }
    copyFileSync(join(ROOT, 'test/package/helpers/pay.mjs'), join(newcomer.folder, 'pay.mjs'));
    const { stdout, stderr } = newcomer.run('node pay.mjs');
    expect(stderr).to.equal('');
    expect(stdout.trim().split('\n')).to.deep.equal([
      'salary-bob paid 100',
      'salary-bob paid 100',
      'salary-cy unclear 300',
      'salary-cy unclear 300',
    ]);
  });
});
