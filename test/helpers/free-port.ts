import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Returns a free port that no system gives to another process by itself before the app listens on it. */
export function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(freePort()));
    server.listen(port, () => server.close(() => resolve(port)));
  });
}
