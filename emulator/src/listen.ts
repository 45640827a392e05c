import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Attempts to find a port that is free on both addresses. */
const FREE_PORT_TRIES = 10;

/** Error codes on a machine that does not have the address `::1`. */
const WITHOUT_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/** Servers that share a port on the loopback addresses. */
export interface LoopbackServers {
  port: number;
  /** Closes them, open connections included. */
  close(): Promise<void>;
}

/**
 * Listens on `127.0.0.1` and, where the machine has it, on `::1`, because `localhost` can mean either. Port 0 is any port that
 * is free on both.
 *
 * @throws {Error} with Node's `code`, and the port in its message
 */
export async function listenOnLoopback(handle: RequestListener, port: number): Promise<LoopbackServers> {
  for (let tries = 1; ; tries++) {
    const first = await listen(handle, '127.0.0.1', port);
    const actualPort = (first.address() as AddressInfo).port;
    try {
      const second = await listen(handle, '::1', actualPort);
      return { port: actualPort, close: () => closeAll([first, second]) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== undefined && WITHOUT_IPV6.includes(code))
        return { port: actualPort, close: () => closeAll([first]) };
      await closeAll([first]);
      if (port !== 0 || code !== 'EADDRINUSE' || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

function listen(handle: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(handle);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(withPort(error, host, port)));
    server.listen(port, host, () => resolve(server));
  });
}

function withPort(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reason = error.code === 'EADDRINUSE' ? 'another program uses it' : String(error.code);
  const message = `monei-connect-emulator: cannot listen on port ${port} of ${host}: ${reason}.`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}
