import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { locationOf, openBrowser } from '../helpers/browser.js';
import type { AppTask } from './app-process.js';
import { connectRedis, deleteKeys, freshPrefix, REDIS_URL } from './redis-server.js';

const BROWSERS = 200;

interface AppResponse {
  user: { id: string; grant: { granted: string[]; missing: string[] } } | null;
  state?: unknown;
}

describe('two processes of one app, with their sessions in Redis', function () {
  this.timeout(60_000);

  const prefix = freshPrefix();
  const started: ChildProcess[] = [];
  const users = Array.from({ length: BROWSERS }, (_, n) => ({ id: `user-${n}` }));
  let redis: Awaited<ReturnType<typeof connectRedis>>;
  let emulator: MoneiEmulator;
  let urls: [string, string];

  before(async () => {
    redis = await connectRedis();
    emulator = await startEmulator({ users });
    urls = [await startApp(), await startApp()];
  });
  after(async () => {
    for (const child of started) child.kill('SIGKILL');
    await emulator.close();
    await deleteKeys(redis, prefix);
    await redis.close();
  });

  async function startApp(): Promise<string> {
    const child = fork(fileURLToPath(new URL('app-process.ts', import.meta.url)), {
      execArgv: process.execArgv,
    });
    started.push(child);
    const task: AppTask = {
      redisURL: REDIS_URL,
      prefix,
      options: {
        ...emulator.client,
        ...emulator.endpoints,
        // The address of a load balancer. Below, the browsers choose the process themselves.
        callbackURL: 'http://localhost/callback',
        scope: ['wallet:read', 'wallet:send'],
      },
    };
    child.send(task);
    const [port] = await once(child, 'message');
    return `http://127.0.0.1:${port}`;
  }

  /** Starts a sign-in at one process, finishes it at the other, and requests the user from the first. */
  async function signIn(n: number): Promise<{ callback: AppResponse; whoami: AppResponse }> {
    const [first, second] = n % 2 === 0 ? urls : [urls[1], urls[0]];
    const browser = openBrowser();
    const asked = locationOf(await browser(`${first}/auth`, { headers: { 'x-browser': `browser ${n}` } }));
    const allow = n % 3 === 0 ? (['profile:read', 'wallet:read'] as const) : undefined;
    const back = new URL(await emulator.authorize(asked, { user: `user-${n}`, allow }));
    const read = async (url: string) => (await (await browser(url)).json()) as AppResponse;
    return {
      callback: await read(`${second}/callback${back.search}`),
      whoami: await read(`${first}/whoami`),
    };
  }

  it(`finish ${BROWSERS} concurrent sign-ins that the other one has started, each with its own user`, async () => {
    const outcomes = await Promise.all(users.map((_, n) => signIn(n)));
    for (const [n, { callback, whoami }] of outcomes.entries()) {
      expect(callback.user?.id).to.equal(`user-${n}`);
      expect(callback.user?.grant.missing).to.deep.equal(n % 3 === 0 ? ['wallet:send'] : []);
      expect(callback.state).to.equal(`browser ${n}`);
      expect(whoami.user?.id).to.equal(`user-${n}`);
    }
  });
});
