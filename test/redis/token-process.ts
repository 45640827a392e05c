import { createClient } from 'redis';
import { redisStore } from '../../src/tokens/index.js';
import { runKeeperProcess, type Task } from '../helpers/keeper-process.js';

/** The settings of a process of `token-processes.redis.ts`. */
export interface RedisTask extends Task {
  redisURL: string;
  prefix: string;
}

runKeeperProcess<RedisTask>(async ({ redisURL, prefix }) => {
  const client = await createClient({ url: redisURL }).connect();
  return { store: redisStore({ client, prefix }), close: () => client.close() };
});
