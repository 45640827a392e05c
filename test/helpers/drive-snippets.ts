import { expect } from 'chai';
import { type Browser, locationOf, openBrowser } from './browser.js';
import { until } from './until.js';

// Each function uses an app of docs/snippets as a browser does, and checks its responses.

/** The output of a process, up to now. */
export interface Printed {
  stdout: string;
  stderr: string;
}

export async function driveApp(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (path: string) => (await browser(url + path)).text();
  const signIn = async (start: string, code: string, who: Browser = browser) => {
    const { scope, callback } = await goToMonei(url + start, `${url}/auth/monei/callback`, code, who);
    return { scope, location: locationOf(await who(callback)) };
  };

  const post = (origin: string) => browser(`${url}/send`, { method: 'POST', headers: { origin } });

  expect(await text('/')).to.include('Connect Monei');
  expect((await post(url)).status).to.equal(403);
  expect((await signIn('/auth/monei', 'little', openBrowser())).location).to.equal('/failed');
  const first = await signIn('/auth/monei', 'part');
  expect(first).to.deep.equal({ scope: 'profile:read wallet:read wallet:send', location: '/' });
  const hello = await browser(`${url}/`);
  expect(hello.headers.get('content-type')).to.match(/^text\/plain/);
  expect(await hello.text()).to.equal('Hello Ada Obi');
  expect((await post(url)).status).to.equal(403);
  expect(locationOf(await browser(`${url}/send`))).to.equal('/enable-send');
  expect(await signIn('/enable-send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:read wallet:send',
    location: '/send',
  });
  expect(await text('/send')).to.include('<form');
  expect(await (await post(url)).text()).to.equal('Sent');
  expect((await post('https://other.example')).status).to.equal(403);
  expect(await text('/failed')).to.include('already signed in');
  expect((await openBrowser()(`${url}/failed`)).status).to.equal(401);
}

export async function driveLinking(url: string, printed: Printed): Promise<void> {
  const browser = openBrowser();
  const shown = async () => (await (await browser(`${url}/`)).json()) as Record<string, unknown>;
  const start = (path: string, code: string) =>
    goToMonei(url + path, `${url}/link/monei/callback`, code, browser);
  const link = async (path: string, code: string) => {
    const { scope, callback } = await start(path, code);
    const response = await browser(callback);
    return { scope, status: response.status, outcome: response.headers.get('location') };
  };
  const unlink = async () => locationOf(await browser(`${url}/unlink/monei`, { method: 'POST' }));
  const revoked = () => [...printed.stdout.matchAll(/^revoked (\w+)$/gm)].map(([, token]) => token);
  const linked = {
    user: 'ada',
    links: { ada: 'u1' },
    scopes: ['profile:read', 'wallet:read', 'wallet:send'],
  };

  expect(locationOf(await browser(`${url}/link/monei`))).to.equal('/?monei=sign-in-first');
  expect(await unlink()).to.equal('/?monei=sign-in-first');
  await browser(`${url}/login/ada`);
  expect(await link('/link/monei', 'part')).to.deep.equal({
    scope: 'profile:read wallet:read',
    status: 302,
    outcome: '/?monei=linked',
  });
  expect(await shown()).to.deep.equal({ ...linked, scopes: ['profile:read', 'wallet:read'] });
  expect(await link('/link/monei/send', 'all')).to.deep.equal({
    scope: 'profile:read wallet:send',
    status: 302,
    outcome: '/?monei=linked',
  });
  expect(await shown()).to.deep.equal(linked);

  const declined = (await start('/link/monei', 'all')).callback.replace('code=all', 'error=access_denied');
  expect(locationOf(await browser(declined))).to.equal('/?monei=declined');
  expect(locationOf(await browser(declined))).to.equal('/?monei=try-again');

  expect((await link('/link/monei/send', 'other')).status).to.equal(409);
  expect(await shown()).to.deep.equal(linked);
  await until(async () => revoked().join() === 'mct_ben');

  const startedByAda = await start('/link/monei', 'other');
  await browser(`${url}/login/ben`);
  expect(locationOf(await browser(startedByAda.callback))).to.equal('/?monei=try-again');
  expect((await link('/link/monei', 'all')).status).to.equal(409);
  expect(await shown()).to.deep.equal({ user: 'ben', links: { ada: 'u1' }, scopes: [] });
  await until(async () => revoked().join() === 'mct_ben,mct_ada');

  await browser(`${url}/login/ada`);
  const pending = await start('/link/monei', 'part');
  expect(await unlink()).to.equal('/?monei=unlinked');
  expect(await shown()).to.deep.equal({ user: 'ada', links: {}, scopes: [] });
  await until(async () => revoked().join() === 'mct_ben,mct_ada,mct_ada');
  expect(locationOf(await browser(pending.callback))).to.equal('/?monei=linked');
}

export async function driveWords(url: string): Promise<void> {
  const browser = openBrowser();
  const text = async (address: string) => (await browser(address)).text();
  const start = async (code: string) =>
    (await goToMonei(`${url}/auth/monei`, `${url}/auth/monei/callback`, code, browser)).callback;

  expect(await text((await start('all')).replace('code=all', 'error=access_denied'))).to.equal(
    'You chose not to connect Monei.',
  );
  const failed = await browser(await start('broken'));
  expect([failed.status, await failed.text()]).to.deep.equal([
    502,
    'Something went wrong. Please try again later.',
  ]);
  const finished = await start('all');
  expect(locationOf(await browser(finished))).to.equal('/');
  expect(JSON.parse(await text(`${url}/`))).to.deep.equal({ user: 'u1' });
  expect(locationOf(await browser(finished))).to.equal('/');
  await browser(`${url}/logout`, { method: 'POST' });
  const again = await browser(finished);
  expect([again.status, await again.text()]).to.deep.equal([
    403,
    'This sign-in was finished before, took too long, or was begun in another browser.',
  ]);
}

export async function driveRateLimit(url: string): Promise<void> {
  const request = (query: string, address: string) =>
    fetch(`${url}/auth/monei/callback?${query}`, { headers: { 'x-forwarded-for': address } });
  const statusOf = async (query: string, address: string) => (await request(query, address)).status;
  for (let time = 0; time < 9; time++) {
    expect(await statusOf('error=access_denied', '192.0.2.1')).to.equal(200);
  }
  for (let time = 0; time < 5; time++) expect(await statusOf('code=good', '192.0.2.1')).to.equal(200);
  for (let time = 0; time < 5; time++) expect(await statusOf('code=good', '192.0.2.1')).to.equal(429);
  for (let time = 0; time < 3; time++) expect(await statusOf('code=good', '192.0.2.2')).to.equal(200);
  const { status, headers } = await request('code=good', '192.0.2.3');
  expect(status).to.equal(503);
  expect(Number(headers.get('retry-after'))).to.be.within(1, 60);
}

export async function driveEmulatorApp(url: string): Promise<void> {
  const browser = openBrowser();
  const consent = await browser(locationOf(await browser(`${url}/auth/monei`)));
  expect(consent.status).to.equal(200);
  expect(await consent.text()).to.include('/auth/monei/callback');
}

export async function driveCookieSession(url: string): Promise<void> {
  const browser = openBrowser();
  const shown = async () => (await browser(`${url}/`)).json();
  await browser(`${url}/visit`);
  expect(await shown()).to.deep.equal({ user: null, visited: true });
  expect((await browser(`${url}/login`)).status).to.equal(200);
  expect(await shown()).to.deep.equal({ user: 'ada', visited: false });
  expect((await browser(`${url}/logout`)).status).to.equal(200);
  expect(await shown()).to.deep.equal({ user: null, visited: false });
}

/** Starts a sign-in. Returns the requested scopes and the redirect URI. */
async function goToMonei(start: string, redirectURI: string, code: string, browser: Browser) {
  const asked = new URL(locationOf(await browser(start)));
  expect(asked.origin + asked.pathname).to.equal('https://monei.cc/connect/authorize');
  expect(asked.searchParams.get('redirect_uri')).to.equal(redirectURI);
  const query = new URLSearchParams({ code, state: asked.searchParams.get('state') ?? '' });
  return { scope: asked.searchParams.get('scope'), callback: `${redirectURI}?${query}` };
}
