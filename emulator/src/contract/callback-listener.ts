import { createServer, type Server } from 'node:http';

/** Listens on the redirect URI for the browser that comes back from Monei. */
export interface CallbackListener {
  /** Resolves with the URL of the browser that comes back with `state`. Rejects when the signal is aborted. */
  next(state: string, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts to listen on a redirect URI on loopback.
 *
 * @throws {Error} with the code of Node.js (such as `EADDRINUSE`) if it cannot listen there
 */
export async function listenForCallbacks(redirectURI: string): Promise<CallbackListener> {
  const { hostname, port, pathname } = new URL(redirectURI);
  const waiting = new Map<string, (callback: string) => void>();
  const answer = (requested: string) => {
    const url = new URL(requested, redirectURI);
    if (url.pathname !== pathname) return { status: 404, text: 'This is not the redirect URI.' };
    const state = url.searchParams.get('state') ?? '';
    // If Monei loses the state, the check goes on: the callback belongs to the only pending consent.
    const [only] = waiting.size === 1 && state === '' ? waiting.values() : [];
    const resolve = waiting.get(state) ?? only;
    if (resolve) {
      resolve(url.href);
      return { status: 200, text: 'Thank you. Go back to the terminal: the check goes on there.' };
    }
    const error = /^[a-z_]{1,40}$/.exec(url.searchParams.get('error') ?? '')?.[0] ?? 'no error';
    return {
      status: 200,
      text: `Monei sent the browser back to the app with: ${error}. Answer in the terminal.`,
    };
  };
  const names = hostname === 'localhost' ? ['127.0.0.1', '::1'] : [hostname.replace(/^\[|\]$/g, '')];
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  };
  for (const name of names) {
    const server = createServer((request, response) => {
      const { status, text } = answer(request.url ?? '/');
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
      // The URL has a code, which the browser must not send as a referrer.
      response
        .writeHead(status, { ...headers, 'referrer-policy': 'no-referrer', connection: 'close' })
        .end(text);
    });
    try {
      await listen(server, Number(port || 80), name);
      servers.push(server);
    } catch (error) {
      // Not every machine has IPv6.
      if (name === '::1' && (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') continue;
      await close();
      throw error;
    }
  }
  return {
    next: (state, signal) =>
      new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(state);
          signal.removeEventListener('abort', abort);
        };
        const abort = () => {
          end();
          reject(signal.reason);
        };
        if (signal.aborted) return abort();
        signal.addEventListener('abort', abort);
        waiting.set(state, (callback) => {
          end();
          resolve(callback);
        });
      }),
    close,
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
