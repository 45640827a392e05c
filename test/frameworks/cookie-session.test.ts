import { expect } from 'chai';
import cookieSession from 'cookie-session';
import express, { type RequestHandler } from 'express';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { cookieSessionMethods } from '../../src/index.js';
import { type Browser, locationOf } from '../helpers/browser.js';
import { type ConnectStyleApp, startConnectStyle } from './connect-style.js';
import { expressApp } from './express-5.js';
import type { FrameworkApp, Session } from './framework.js';
import { openStrictBrowser } from './strict-browser.js';

describe('sessions of cookie-session', () => {
  let emulator: MoneiEmulator;
  let routes: ConnectStyleApp;
  let app: FrameworkApp;
  let browser: Browser;

  beforeEach(async () => {
    emulator = await startEmulator();
    browser = openStrictBrowser();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  async function start(methods: RequestHandler): Promise<void> {
    routes = expressApp(express, [cookieSession({ secret: 'test' }), methods]);
    const options = { ...emulator.client, ...emulator.endpoints };
    app = await startConnectStyle(routes, { options, signIns: { monei: {} } });
  }

  async function depart(): Promise<string> {
    return emulator.authorize(locationOf(await browser(`${app.url}/auth/monei`)));
  }

  async function whoami(): Promise<Session['user']> {
    const session = (await (await browser(`${app.url}/whoami`)).json()) as Session;
    return session.user;
  }

  it('set no cookie before a user signs in', async () => {
    await start(cookieSessionMethods);
    expect((await browser(`${app.url}/whoami`)).headers.get('set-cookie')).to.equal(null);
  });

  it('have no user after a logout, which empties them', async () => {
    await start(cookieSessionMethods);
    routes.get('/logout', (req, res, next) => req.logOut((error) => (error ? next(error) : res.end())));
    await browser(await depart());
    expect(await whoami()).to.have.property('id');
    expect((await browser(`${app.url}/logout`)).status).to.equal(200);
    expect(await whoami()).to.equal(null);
  });

  it('keep their own methods, and requests without a session pass', () => {
    const session = { save: 'mine' };
    let passed = 0;
    for (const req of [{ session }, {}, { session: null }]) cookieSessionMethods(req, {}, () => passed++);
    expect(passed).to.equal(3);
    expect(session.save).to.equal('mine');
    expect(session).to.have.property('regenerate').that.is.a('function');
    expect(Object.keys(session)).to.deep.equal(['save']);
  });

  it('work with methods that do nothing, which many apps add', async () => {
    await start((req, _res, next) => {
      const nothing = (done: () => void) => done();
      Object.assign(req.session, { regenerate: nothing, save: nothing });
      next();
    });
    const [one, two] = [await depart(), await depart()];
    expect((await browser(one)).status).to.equal(200);
    expect((await browser(two)).status).to.equal(403);
    expect(await whoami()).to.have.property('id');
  });
});
