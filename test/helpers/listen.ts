import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that listens on a free port of loopback. */
export interface ListeningServer<S> {
  server: S;
  url: string;
  port: number;
  /** Closes the server with all its connections. */
  close(): Promise<void>;
}

/**
 * Lets an HTTP server listen on a free port of loopback. An app whose callback URL contains the port can be added
 * afterwards with `server.on('request', app)`.
 */
export async function listenOnLoopback<S extends Server>(server: S): Promise<ListeningServer<S>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
