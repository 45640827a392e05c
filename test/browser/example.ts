import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The example, running as readers run it: a process of its own, with an emulator of its own. */
export interface Example {
  url: string;
  stop(): Promise<void>;
}

const UNSET = {
  MONEI_CLIENT_ID: '',
  MONEI_CLIENT_SECRET: '',
  TOKEN_KEY: '',
  SESSION_SECRET: '',
  NODE_ENV: '',
};

/** Starts the example. Its emulator knows of no grant yet. */
export async function startExample(): Promise<Example> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/express/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...UNSET, PORT: '0' },
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
    child.stdout.resume(); // It only closes once everything is read.
    child.kill();
    await ended;
  }
}
