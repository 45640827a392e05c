import net, { type AddressInfo } from 'node:net';

/** A TCP server that responds to every request with given bytes. */
export interface RawServer {
  url: string;
  /** The response to each request, written piece by piece. Then the server closes the connection. */
  pieces: Buffer[];
  close(): Promise<void>;
}

export async function startRawServer(): Promise<RawServer> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let request = '';
    const listen = (bytes: Buffer) => {
      request += bytes.toString('latin1');
      if (!isWhole(request)) return;
      socket.off('data', listen).resume();
      void write(socket, raw.pieces);
    };
    // The client may have closed the connection first.
    socket.on('data', listen).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const raw: RawServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pieces: [],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return raw;
}

function isWhole(request: string): boolean {
  const [head = '', body] = request.split(/\r\n\r\n(.*)/s);
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return body !== undefined && body.length >= length;
}

async function write(socket: net.Socket, pieces: Buffer[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  socket.end();
}
