import { MoneiConnect } from '../../src/index.js';
import { postgresStore, TokenKeeper } from '../../src/tokens/index.js';
import { openPool } from './postgres-server.js';

/** What a process of `token-processes.postgres.ts` has to know. */
export interface Task {
  table: string;
  /** 64 hex digits. */
  key: string;
  credentials: { clientID: string; clientSecret: string };
  tokenURL: string;
  /** Says to the token endpoint which process asks. */
  name: string;
  userIds: string[];
}

/** What came of one user: an access token, or the code of an error. */
export interface Result {
  userId: string;
  token?: string;
  error?: string;
}

process.once('message', async (task: Task) => {
  const pool = openPool(2);
  const connect = new MoneiConnect({
    ...task.credentials,
    tokenURL: task.tokenURL,
    customHeaders: { 'x-process': task.name },
    timeout: 60_000,
  });
  const store = postgresStore({ pool, table: task.table });
  const keeper = new TokenKeeper({ connect, store, keys: [Buffer.from(task.key, 'hex')] });
  process.send?.('ready');
  process.once('message', async () => {
    const results = task.userIds.map(async (userId): Promise<Result> => {
      try {
        return { userId, token: await keeper.accessToken(userId) };
      } catch (error) {
        return { userId, error: String((error as { code?: unknown }).code ?? error) };
      }
    });
    process.send?.(await Promise.all(results));
    process.disconnect();
    await pool.end();
  });
});
