import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The example in a process of its own, as readers run it, with its own emulator. */
export interface Example {
  url: string;
  stop(): Promise<void>;
}

const ENVIRONMENT = {
  MONEI_CLIENT_ID: '',
  MONEI_CLIENT_SECRET: '',
  TOKEN_KEY: '',
  SESSION_SECRET: '',
  NODE_ENV: '',
  NODE_OPTIONS: '--disable-warning=PASSPORT_MONEI_SIGN_IN',
};

/** Starts the example. Its emulator has no grant yet. */
export async function startExample(): Promise<Example> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/express/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...ENVIRONMENT, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text;
    const [, url] = /^Open (\S+)\n/.exec(output) ?? [];
    if (url) return { url, stop };
  }
  throw new Error(`The example ended without saying where to open it: ${output}`);

  async function stop(): Promise<void> {
    child.stdout.resume(); // The stream closes only after all data is read.
    child.kill();
    await ended;
  }
}
