import { createInterface } from 'node:readline/promises';
import { runCheck } from './check.js';

/** Runs `check` in this process, with its terminal. The first Ctrl-C revokes the tokens, a second one ends the process. */
export async function checkFromTerminal(args: string[]): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    stderr.write('\nStopping: the tokens of this check are revoked first.\n');
    stop.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  const lines = stdin.isTTY
    ? createInterface({ input: stdin, output: stderr }).on('SIGINT', interrupt)
    : undefined;
  const terminal = {
    say: (line: string) => stderr.write(`${line}\n`),
    print: (text: string) => stdout.write(`${text}\n`),
    question: lines && ((text: string, signal: AbortSignal) => lines.question(text, { signal })),
  };
  process.exitCode = await runCheck(args, { env, terminal, signal: stop.signal });
  lines?.close();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt);
}
