import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MoneiConnect } from '../../src/index.js';
import { TokenKeeper, type TokenStore } from '../../src/tokens/index.js';

/** What a process that keeps tokens has to know. */
export interface Task {
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

/** Starts the process that `file` describes. It begins when it is sent a message, and sends its `Result[]`. */
export async function startKeeperProcess(file: URL, task: Task): Promise<ChildProcess> {
  const child = fork(fileURLToPath(file), { execArgv: process.execArgv });
  child.send(task);
  await once(child, 'message');
  return child;
}

/** What such a process does: it asks for the access tokens of all its users at once. */
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
