import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MoneiConnect } from '../../src/index.js';
import { TokenKeeper, type TokenStore } from '../../src/tokens/index.js';

/** The settings of a process with a keeper. */
export interface Task {
  /** The key in 64 hexadecimal digits. */
  key: string;
  credentials: { clientID: string; clientSecret: string };
  tokenURL: string;
  /** The name of the process, by which the token endpoint tells the processes apart. */
  name: string;
  userIds: string[];
}

/** The result for one user: an access token, or the code of an error. */
export interface Result {
  userId: string;
  token?: string;
  error?: string;
}

/** Starts a process that runs `file`. After a message, it does its work and sends its `Result[]`. */
export async function startKeeperProcess(file: URL, task: Task): Promise<ChildProcess> {
  const child = fork(fileURLToPath(file), { execArgv: process.execArgv });
  child.send(task);
  await once(child, 'message');
  return child;
}

/** Does the work of such a process: requests the access tokens of all its users at once. */
export function runKeeperProcess<T extends Task>(
  open: (task: T) => Promise<{ store: TokenStore; close: () => Promise<unknown> }>,
): void {
  process.once('message', async (task: T) => {
    const { store, close } = await open(task);
    const connect = new MoneiConnect({
      ...task.credentials,
      tokenURL: task.tokenURL,
      customHeaders: { 'x-process': task.name },
      timeout: 60_000,
    });
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
      await close();
    });
  });
}
