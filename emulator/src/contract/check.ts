import { type CallbackListener, listenForCallbacks } from './callback-listener.js';
import { CHECK_HELP, type CheckOptions, readCheckOptions } from './check-options.js';
import { liveMonei, type Terminal } from './live-monei.js';
import { exitCodeOf, jsonReport, type Reported, textReport } from './report.js';
import { sessionOf } from './session.js';
import { CLOCK, type Clock, TokenPace } from './token-pace.js';
import { TOPICS } from './topics.js';

/** Exit code if nothing was tried. */
const NOTHING_TRIED = 2;
/** Exit code after Ctrl-C, as shells have it. */
const STOPPED = 130;

/** The surroundings of the command. */
interface Surroundings {
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  clock?: Clock;
}

/** Runs the command `monei-connect-emulator check`. Resolves with the exit code. */
export async function runCheck(
  args: string[],
  { env, terminal, signal, clock = CLOCK }: Surroundings,
): Promise<number> {
  let listener: CallbackListener;
  let options: CheckOptions | undefined;
  try {
    options = readCheckOptions(args, env);
    if (!options) {
      terminal.print(CHECK_HELP);
      return 0;
    }
    terminal.say(describeCheck(options));
    if (options.confirm && !(await confirm(terminal, signal))) return NOTHING_TRIED;
    listener = await listenForCallbacks(options.redirectURI);
  } catch (error) {
    if (signal.aborted) return STOPPED;
    terminal.say(explain(error as NodeJS.ErrnoException));
    return NOTHING_TRIED;
  }
  const pace = new TokenPace(options.delayMs, signal, clock, terminal.say);
  const monei = liveMonei(options, { listener, pace, terminal, signal });
  const results: Reported[] = [];
  try {
    for (const [topic, assumptions] of Object.entries(TOPICS)) {
      for (const { name, source, run } of assumptions) {
        if (!signal.aborted) results.push({ topic, name, source, ...(await run(monei)) });
      }
    }
  } finally {
    const failed = await sessionOf(monei).revokeAll();
    terminal.say(failed === 0 ? '\nThe tokens of this check are revoked.\n' : notRevoked(failed));
    await listener.close();
  }
  if (signal.aborted) return STOPPED;
  terminal.print(options.json ? jsonReport(options.apiURL, results) : textReport(results));
  return exitCodeOf(results);
}

function describeCheck({ clientID, apiURL, redirectURI }: CheckOptions): string {
  return `This compares ${apiURL} with the assumptions of the emulator, as the client ${clientID}.

- It asks for profile:read, kyc:read and wallet:read only, and moves no money.
- You decide on ten consent pages in a browser, which comes back to ${redirectURI}.
  Sign in there as a user who has not connected this app, or revoke the app in Monei's settings first.
- It sends about thirty token requests, ten in a minute. Other processes of this app can get 429 until it has ended.
- In the end it revokes the tokens that it got. Monei may then disconnect the user from the app.
- It prints shapes and types: no token, code, secret, name, number or balance.
`;
}

async function confirm({ say, question }: Terminal, signal: AbortSignal): Promise<boolean> {
  if (!question) {
    say(
      'Nothing was tried. Without a terminal, use --yes to confirm that this client is registered for this check.',
    );
    return false;
  }
  const answer = await question(
    'Is this client registered for this check only, so that no user needs it? (yes or no) ',
    signal,
  );
  if (/^y(es)?$/i.test(answer.trim())) return true;
  say('Nothing was tried.');
  return false;
}

function notRevoked(count: number): string {
  return `\nMonei did not revoke ${count} of the access tokens. Revoke the app in Monei's settings.\n`;
}

/** Returns a sentence about an error, without the value of an option. */
function explain({ code, message }: NodeJS.ErrnoException): string {
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message.split(/\.\s/)[0]}. --help shows the options.`;
  if (code === 'EADDRINUSE') return 'Another program listens on the port of the redirect URI. Stop it first.';
  if (code !== undefined) return `This command cannot listen on the redirect URI (${code}).`;
  return `${message} --help shows the options.`;
}
