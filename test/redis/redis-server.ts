import { randomBytes } from 'node:crypto';
import { createClient } from 'redis';

/** The address of the Redis server of these tests. */
export const REDIS_URL = process.env.REDIS_URL ?? '';

const HELP = `
These tests need a Redis server. REDIS_URL is its address. On Debian:

  apt-get install redis-server
  redis-server --port 6390 --save '' &
  REDIS_URL=redis://127.0.0.1:6390 npm run test:redis
`;

/** Runs before all tests. Fails with instructions if there is no server. */
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
    return `No Redis server responds at ${url}: ${error instanceof Error ? error.message : error}`;
  }
}

/** Returns a connected client of the package `redis`. */
export async function connectRedis() {
  return createClient({ url: REDIS_URL })
    .on('error', (error) => console.error(error))
    .connect();
}

/** Returns a random prefix for the keys of one suite, so that no other data in Redis is touched. */
export function freshPrefix(): string {
  return `passport-monei-test-${randomBytes(6).toString('hex')}:`;
}

/** Deletes the keys of one suite. */
export async function deleteKeys(
  client: Awaited<ReturnType<typeof connectRedis>>,
  prefix: string,
): Promise<void> {
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
}
