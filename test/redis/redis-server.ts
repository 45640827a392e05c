import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';

/** Where the Redis server of these tests listens. */
export const REDIS_URL = process.env.REDIS_URL ?? '';

const HELP = `
These tests need a Redis server, and REDIS_URL has to say where it listens. On Debian:

  apt-get install redis-server
  redis-server --port 6390 --save '' &
  REDIS_URL=redis://127.0.0.1:6390 npm run test:redis
`;

/** Mocha runs this before everything else: without a server, nobody shall have to guess from 30 failed tests. */
export async function mochaGlobalSetup(): Promise<void> {
  const problem = REDIS_URL ? await whyUnreachable(REDIS_URL) : 'REDIS_URL is not set.';
  if (problem === undefined) return;
  console.error(`${problem}\n${HELP}`);
  process.exit(1);
}

async function whyUnreachable(url: string): Promise<string | undefined> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 2000 } });
  client.on('error', () => {}); // connect() rejects with it, too.
  try {
    await client.connect();
    await client.ping();
    client.destroy();
    return undefined;
  } catch (error) {
    return `No Redis server answers at ${url}: ${error instanceof Error ? error.message : error}`;
  }
}

/** A client of the package `redis` that is connected. */
export async function connectRedis() {
  return createClient({ url: REDIS_URL })
    .on('error', (error) => console.error(error))
    .connect();
}

/** What the keys of one suite begin with: nothing that anybody else put there is touched. */
export function freshPrefix(): string {
  return `passport-monei-test-${randomBytes(6).toString('hex')}:`;
}

/** Deletes what a suite left behind. */
export async function deleteKeys(
  client: Awaited<ReturnType<typeof connectRedis>>,
  prefix: string,
): Promise<void> {
  for await (const keys of client.scanIterator({ MATCH: `*${prefix}*`, COUNT: 1000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
}
