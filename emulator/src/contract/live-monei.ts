import type { ConsentUnderTest, MoneiUnderTest } from './assumption.js';
import type { CallbackListener } from './callback-listener.js';
import type { CheckOptions } from './check-options.js';
import type { TokenPace } from './token-pace.js';

/** How the command talks to the user. */
export interface Terminal {
  /** Prints a line about the progress. */
  say(line: string): void;
  /** Prints the results. */
  print(text: string): void;
  /** Asks for a line of text. Absent where there is no terminal. */
  question?: ((text: string, signal: AbortSignal) => Promise<string>) | undefined;
}

/** Most consents that one check may ask for. */
const MAX_CONSENTS = 10;

/** Longest time of one request, in milliseconds. */
const REQUEST_MS = 30_000;

/** Returns the Monei at the URLs in the options. The user at the terminal decides on its consent pages. */
export function liveMonei(
  options: CheckOptions,
  {
    listener,
    pace,
    terminal,
    signal,
  }: {
    listener: CallbackListener;
    pace: TokenPace;
    terminal: Terminal;
    signal: AbortSignal;
  },
): MoneiUnderTest {
  const { clientID, clientSecret, redirectURI, endpoints, apiURL } = options;
  let consents = 0;

  const consent = async (request: ConsentUnderTest): Promise<string> => {
    signal.throwIfAborted();
    if (++consents > MAX_CONSENTS) throw new Error('There were too many consents.');
    const params = {
      response_type: 'code',
      client_id: clientID,
      redirect_uri: redirectURI,
      ...request.params,
    };
    const query = new URLSearchParams({ ...params, scope: request.scopes.join(' ') });
    terminal.say(
      `\nConsent ${consents}. ${instruction(request)} Open in a browser:\n${endpoints.authorizationURL}?${query}`,
    );
    const answered = new AbortController();
    const limit = AbortSignal.any([signal, answered.signal, AbortSignal.timeout(options.consentTimeoutMs)]);
    const skipped = terminal
      .question?.('Press Enter here only if the browser does not come back. ', answered.signal)
      .then(() => answered.abort());
    skipped?.catch(() => {});
    try {
      return await listener.next(request.params?.state ?? '', limit);
    } finally {
      answered.abort();
    }
  };

  return {
    clientID,
    clientSecret,
    redirectURI,
    endpoints,
    apiURL,
    consent,
    async request(url, init) {
      // After Ctrl-C, only revocations are sent.
      if (url !== endpoints.revocationURL) signal.throwIfAborted();
      if (url === endpoints.tokenURL) await pace.wait();
      return fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
    },
    wait: (seconds) => pace.pause(seconds * 1000, 'because Monei asks for it'),
    async ask(question) {
      while (terminal.question) {
        const answer = await terminal.question(`\n${question} (yes or no; Enter: not sure) `, signal);
        const [first = ''] = answer.trim().toLowerCase();
        if (first === '') return undefined;
        if (first === 'y' || first === 'n') return first === 'y';
      }
      return undefined;
    },
  };
}

function instruction({ scopes, allow, deny }: ConsentUnderTest): string {
  if (deny) return 'Deny the whole request.';
  if (!allow) return 'Allow all that the page asks about.';
  const denied = scopes.filter((scope) => !allow.includes(scope));
  return `Allow ${allow.join(' and ')}, and deny ${denied.join(' and ')}.`;
}
