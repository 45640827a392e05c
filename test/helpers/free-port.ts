import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Returns a free port outside of the range from which systems choose ports for other processes. */
export function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(freePort()));
    server.listen(port, () => server.close(() => resolve(port)));
  });
}
