import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A slow line to a port of this machine. */
export interface SlowProxy {
  port: number;
  /** The number of connections that were opened through the line. */
  connections: number;
}

/** @param delay the delay in each direction, in milliseconds */
export async function startSlowProxy(target: number, delay: number): Promise<SlowProxy> {
  const server = createServer({ noDelay: true }, (near) => {
    proxy.connections++;
    // The connection on loopback is ready already. On a slow line, the client would wait for it.
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
