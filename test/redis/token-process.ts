import { createClient } from 'redis';
import { redisStore } from '../../src/tokens/index.js';
import { runKeeperProcess, type Task } from '../helpers/keeper-process.js';

/** The settings of a process of `token-processes.redis.ts`. */
export interface RedisTask extends Task {
  redisURL: string;
  prefix: string;
}

runKeeperProcess<RedisTask>(async ({ redisURL, prefix }) => {
  // By default, a command fails after 5 s. On a busy machine, one of thousands that are sent at once may take longer.
  const client = await createClient({ url: redisURL, commandOptions: { timeout: 60_000 } }).connect();
  return { store: redisStore({ client, prefix }), close: () => client.close() };
});
