import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect } from 'chai';
import fetch from 'node-fetch';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiConnect } from '../../src/index.js';
import { redisStore, TokenKeeper } from '../../src/tokens/index.js';
import { type Result, startKeeperProcess } from '../helpers/keeper-process.js';
import { type LoopbackServer, startLoopbackServer } from '../helpers/loopback-server.js';
import { rejection } from '../helpers/rejection.js';
import { until } from '../helpers/until.js';
import { connectRedis, deleteKeys, freshPrefix, REDIS_URL } from './redis-server.js';
import type { RedisTask } from './token-process.js';

const PROCESSES = 8;
const USERS = 200;
/** The process that is killed, and the number of users whose tokens it refreshes. */
const VICTIM = 'process 0';
const ITS_USERS = 100;
/** The refreshes of that process when it is killed: before they reach Monei, and after Monei has responded. */
const UNDER_WAY = 10;
const RESPONDED = 10;

describe(`${PROCESSES} processes that need the tokens of ${USERS} users, all expired, while one of them dies`, function () {
  this.timeout(120_000);

  const userIds = Array.from({ length: USERS }, (_, n) => `user-${n}`);
  const key = randomBytes(32);
  const prefix = freshPrefix();
  const started: ChildProcess[] = [];
  /** For each process that survived: its result for each user. */
  const results: Result[][] = [];
  /** The refreshes that reached Monei, by the user of the refresh token. */
  const refreshes = new Map<string, { process: string; status: number }[]>();
  const neverArrived = new Set<string>();
  const neverStored = new Set<string>();
  let redis: Awaited<ReturnType<typeof connectRedis>>;
  let emulator: MoneiEmulator;
  let monei: LoopbackServer;
  let keeper: TokenKeeper;

  before(async () => {
    redis = await connectRedis();
    emulator = await startEmulator({ users: userIds.map((id) => ({ id })) });
    const connect = new MoneiConnect({ ...emulator.client, ...emulator.endpoints });
    keeper = new TokenKeeper({ connect, store: redisStore({ client: redis, prefix }), keys: [key] });
    /** The user ids, by refresh token. */
    const owners = new Map<string, string>();
    for (const userId of userIds) {
      const tokens = await signIn(userId);
      owners.set(tokens.refreshToken, userId);
      await keeper.save(userId, { ...tokens, expiresIn: 0 });
    }
    const expired = await Promise.all(userIds.map((userId) => redis.get(prefix + userId)));

    monei = await startLoopbackServer(async (req, res) => {
      const body = monei.seen.at(-1)?.body ?? '';
      const userId = owners.get(JSON.parse(body).refresh_token) ?? 'unknown';
      const from = String(req.headers['x-process']);
      if (from === VICTIM && neverArrived.size < UNDER_WAY) {
        neverArrived.add(userId);
        return;
      }
      const response = await fetch(emulator.endpoints.tokenURL, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      refreshes.set(userId, [...(refreshes.get(userId) ?? []), { process: from, status: response.status }]);
      if (from === VICTIM && neverStored.size < RESPONDED) {
        neverStored.add(userId);
        return;
      }
      res.writeHead(response.status, { 'content-type': 'application/json' }).end(text);
    });

    const processes: ChildProcess[] = [];
    const victim = await startProcess(VICTIM, userIds.slice(0, ITS_USERS));
    for (let n = 1; n < PROCESSES; n++) processes.push(await startProcess(`process ${n}`, userIds));
    const reports = processes.map(async (child) => (await once(child, 'message'))[0] as Result[]);
    victim.send('go');
    await until(async () => neverArrived.size === UNDER_WAY && neverStored.size === RESPONDED);
    for (const child of processes) child.send('go');
    const renewed = async () => {
      const values = await Promise.all(userIds.map((userId) => redis.get(prefix + userId)));
      return userIds.filter((_, n) => values[n] !== expired[n]);
    };
    await until(async () => {
      const users = await renewed();
      const ofVictim = users.filter((userId) => refreshes.get(userId)?.[0]?.process === VICTIM);
      return users.length >= USERS / 2 && ofVictim.length === ITS_USERS - UNDER_WAY - RESPONDED;
    });
    victim.kill('SIGKILL');
    results.push(...(await Promise.all(reports)));
  });
  after(async () => {
    for (const child of started) child.kill('SIGKILL');
    await monei.close();
    await emulator.close();
    await deleteKeys(redis, prefix);
    await redis.close();
  });

  async function startProcess(name: string, users: string[]): Promise<ChildProcess> {
    const task: RedisTask = {
      redisURL: REDIS_URL,
      prefix,
      key: key.toString('hex'),
      credentials: emulator.client,
      tokenURL: `${monei.url}/token`,
      name,
      userIds: users,
    };
    const child = await startKeeperProcess(new URL('token-process.ts', import.meta.url), task);
    started.push(child);
    return child;
  }

  async function signIn(user: string) {
    const redirectURI = 'http://localhost/callback';
    const query = { client_id: emulator.client.clientID, redirect_uri: redirectURI, scope: 'profile:read' };
    const asked = `${emulator.endpoints.authorizationURL}?${new URLSearchParams(query)}`;
    const code = new URL(await emulator.authorize(asked, { user })).searchParams.get('code') ?? '';
    return new MoneiConnect({ ...emulator.client, ...emulator.endpoints }).exchangeCode({
      code,
      redirectURI,
    });
  }

  /** Returns the id of the user of a token, from Monei. */
  async function ownerOf(token: string | undefined): Promise<string | undefined> {
    const response = await fetch(emulator.endpoints.userProfileURL, {
      headers: { authorization: `Bearer ${token}` },
    });
    return response.ok ? ((await response.json()) as { data: { id: string } }).data.id : undefined;
  }

  it('gives all processes the same working token for every user, except for users whose new tokens were lost', async () => {
    expect(results).to.have.lengthOf(PROCESSES - 1);
    for (const [n, { userId }] of (results[0] ?? []).entries()) {
      const tokens = new Set(results.map((result) => result[n]?.token));
      expect(tokens.size, userId).to.equal(1);
      const [token] = tokens;
      if (neverStored.has(userId)) expect(token, userId).to.equal(undefined);
      else expect(await ownerOf(token), userId).to.equal(userId);
    }
  });

  it('[S39] sends one refresh for each user to Monei', () => {
    const others = userIds.filter((userId) => !neverStored.has(userId));
    for (const userId of others) {
      expect(refreshes.get(userId), userId).to.have.lengthOf(1);
      expect(refreshes.get(userId)?.[0], userId).to.have.property('status', 200);
    }
  });

  it('loses no tokens of users whose refresh had not reached Monei when the process died', async () => {
    expect(neverArrived.size).to.equal(UNDER_WAY);
    for (const userId of neverArrived) {
      expect(refreshes.get(userId)?.[0]?.process, userId).to.not.equal(VICTIM);
      expect(await ownerOf(await keeper.accessToken(userId)), userId).to.equal(userId);
    }
  });

  it('asks only those users to reconnect whose new tokens were lost with the process', async () => {
    expect(neverStored.size).to.equal(RESPONDED);
    for (const userId of neverStored) {
      const seen = refreshes.get(userId) ?? [];
      expect(seen[0], userId).to.deep.equal({ process: VICTIM, status: 200 });
      expect(
        seen.slice(1).map(({ status }) => status),
        userId,
      ).to.deep.equal([401]);
      expect(await rejection(keeper.accessToken(userId))).to.have.property('code', 'reconnect_required');
    }
    const errors = results.flat().filter(({ error }) => error !== undefined);
    expect(new Set(errors.map(({ userId }) => userId))).to.deep.equal(neverStored);
    expect(new Set(errors.map(({ error }) => error))).to.deep.equal(new Set(['reconnect_required']));
  });

  it('gives every user a working token after those users have signed in again', async () => {
    for (const userId of neverStored) await keeper.save(userId, await signIn(userId));
    for (const userId of userIds) {
      expect(await ownerOf(await keeper.accessToken(userId)), userId).to.equal(userId);
    }
  });
});
