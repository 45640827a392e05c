import http from 'node:http';
import { type Outcome, SIGN_IN_HEADER } from './app.js';
import { codeOf } from './faulty-monei.js';

/** The outcome of a sign-in for its user. */
export interface Visit extends Outcome {
  /** The time of the callback, in milliseconds. */
  tookMs: number;
  /** The user of the session after the sign-in. */
  sessionOf: string | undefined;
}

/** A time limit that no response reaches, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** A browser's session with the app, in which one sign-in happens. */
export class Visitor {
  readonly #appURL: string;
  readonly #signIn: number;
  readonly #agent: http.Agent;
  #cookie = '';

  constructor(appURL: string, signIn: number, agent: http.Agent) {
    this.#appURL = appURL;
    this.#signIn = signIn;
    this.#agent = agent;
  }

  /** Signs in, reads the user of the session, and deletes the session. Rejects if a request gets no response. */
  async signIn(): Promise<Visit> {
    const { location = '' } = (await this.#get('/auth')).headers;
    const state = new URL(location).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ code: codeOf(this.#signIn), state });
    const start = performance.now();
    const { body } = await this.#get(`/callback?${query}`);
    const tookMs = performance.now() - start;
    const { id: sessionOf } = JSON.parse((await this.#get('/whoami')).body);
    await this.#get('/leave');
    return { ...JSON.parse(body), tookMs, sessionOf };
  }

  #get(path: string): Promise<{ headers: http.IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { cookie: this.#cookie, [SIGN_IN_HEADER]: this.#signIn };
      const request = http.get(this.#appURL + path, { agent: this.#agent, headers, timeout: TIMEOUT_MS });
      request.on('timeout', () => request.destroy(new Error(`no response to ${path}`)));
      request.on('error', reject);
      request.on('response', (response) => {
        const [setCookie] = response.headers['set-cookie'] ?? [];
        if (setCookie) this.#cookie = setCookie.split(';')[0] ?? '';
        let body = '';
        response.setEncoding('utf8').on('error', reject);
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ headers: response.headers, body }));
      });
    });
  }
}
