import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A long line to a port of this machine. */
export interface SlowProxy {
  port: number;
  /** How many were ever opened through it. */
  connections: number;
}

/** @param delay added each way, in milliseconds */
export async function startSlowProxy(target: number, delay: number): Promise<SlowProxy> {
  const server = createServer({ noDelay: true }, (near) => {
    proxy.connections++;
    // Loopback has connected already. On a long line, the client would have to wait for that before it could speak.
    const connected = sleep(2 * delay);
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
    forward(near, far, delay, connected);
    forward(far, near, delay, connected);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: SlowProxy = { port: (server.address() as AddressInfo).port, connections: 0 };
  return proxy;
}

function forward(from: Socket, to: Socket, delay: number, connected: Promise<unknown>): void {
  const later = async (act: () => void) => {
    await connected;
    await sleep(delay);
    if (!to.destroyed) act();
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => to.destroy()));
}
