import { createServer } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import { Authenticator } from '@fastify/passport';
import fastifySession from '@fastify/session';
import { expect } from 'chai';
import express from 'express';
import express4 from 'express4';
import createFastify, { type FastifyServerOptions } from 'fastify';
import passport from 'passport';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { locationOf, openBrowser } from '../helpers/browser.js';
import { listenOnLoopback } from '../helpers/listen.js';
import { serverSession } from './express-5.js';

/** Apps whose path differs from that of the redirect URI, because of a router or a rewritten URL. */
describe('a callback route under a prefix', () => {
  let emulator: MoneiEmulator;
  let close: () => Promise<void>;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await close();
    await emulator.close();
  });

  const verify = async () => ({ id: 'ada' });
  const strategyAt = (callbackURL: string) =>
    new MoneiStrategy({ ...emulator.client, ...emulator.endpoints, callbackURL }, verify);

  /** Returns the status of a callback whose path was changed. */
  const statusAfter = async (url: string, change = (path: string) => path) => {
    const browser = openBrowser();
    const back = new URL(await emulator.authorize(locationOf(await browser(`${url}/auth/monei`))));
    return (await browser(url + change(back.pathname) + back.search)).status;
  };

  for (const [name, createApp] of Object.entries({ 'Express 4': express4, 'Express 5': express })) {
    it(`finishes a sign-in in a router of ${name}, and in no other router`, async () => {
      const { server, url, close: closeServer } = await listenOnLoopback(createServer());
      close = closeServer;
      const authenticator = new passport.Passport();
      authenticator.use(strategyAt(`${url}/auth/monei/callback`));
      const router = createApp.Router();
      router.get('/', authenticator.authenticate('monei'));
      router.get('/callback', authenticator.authenticate('monei', { session: false }), (_req, res) => {
        res.end('signed in');
      });
      const app = createApp();
      app.use(serverSession());
      app.use('/auth/monei', router);
      app.use('/auth/other', router);
      server.on('request', app);
      expect(await statusAfter(url)).to.equal(200);
      expect(await statusAfter(url, (path) => path.replace('monei', 'other'))).to.equal(403);
    });
  }

  const fastifyAt = async (options: FastifyServerOptions, prefix: string, callbackPath: string) => {
    const app = createFastify({ forceCloseConnections: true, ...options });
    close = () => app.close();
    const authenticator = new Authenticator();
    await app.register(fastifyCookie);
    await app.register(fastifySession, {
      secret: 'a secret of at least thirty-two characters',
      cookie: { secure: false },
      saveUninitialized: false,
    });
    await app.register(authenticator.initialize());
    await app.register(
      async (routes) => {
        routes.get('/monei', authenticator.authenticate('monei'));
        const preValidation = authenticator.authenticate('monei', { session: false });
        routes.get('/monei/callback', { preValidation }, async () => 'signed in');
      },
      { prefix },
    );
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    authenticator.use('monei', strategyAt(url + callbackPath));
    return url;
  };

  it('finishes a sign-in under a prefix of Fastify', async () => {
    expect(await statusAfter(await fastifyAt({}, '/auth', '/auth/monei/callback'))).to.equal(200);
  });

  it('finishes a sign-in if Fastify rewrites the URL, because the original URL counts', async () => {
    const rewriteUrl = ({ url = '' }: { url?: string | undefined }) =>
      url.replace('/shop/sign-in', '/auth/monei/callback');
    const url = await fastifyAt({ rewriteUrl }, '/auth', '/shop/sign-in');
    expect(await statusAfter(url)).to.equal(200);
  });

  it('finishes a sign-in behind a proxy that strips a prefix, if two segments are left', async () => {
    const url = await fastifyAt({}, '/auth', '/shop/auth/monei/callback');
    expect(await statusAfter(url, (path) => path.replace('/shop', ''))).to.equal(200);
  });
});
