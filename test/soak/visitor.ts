import http from 'node:http';
import { type Outcome, SIGN_IN_HEADER } from './app.js';
import { codeOf } from './faulty-monei.js';

/** What came of a sign-in, as its user sees it. */
export interface Visit extends Outcome {
  /** How long the callback took, in milliseconds. */
  took: number;
  /** Who the session is of, afterwards. */
  sessionOf: string | undefined;
}

/** Longer than any answer may take, in milliseconds. */
const PATIENCE = 30_000;

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

  /** Signs in, looks who they are, and leaves nothing behind. Rejects when a request gets no answer. */
  async signIn(): Promise<Visit> {
    const { location = '' } = (await this.#get('/auth')).headers;
    const state = new URL(location).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ code: codeOf(this.#signIn), state });
    const departure = performance.now();
    const { body } = await this.#get(`/callback?${query}`);
    const took = performance.now() - departure;
    const { id: sessionOf } = JSON.parse((await this.#get('/whoami')).body);
    await this.#get('/leave');
    return { ...JSON.parse(body), took, sessionOf };
  }

  #get(path: string): Promise<{ headers: http.IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { cookie: this.#cookie, [SIGN_IN_HEADER]: this.#signIn };
      const request = http.get(this.#appURL + path, { agent: this.#agent, headers, timeout: PATIENCE });
      request.on('timeout', () => request.destroy(new Error(`no answer to ${path}`)));
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
