import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import {
  driveApp,
  driveCookieSession,
  driveEmulatorApp,
  driveLinking,
  driveRateLimit,
  driveWords,
  type Printed,
} from './drive-snippets.js';
import { freePort } from './free-port.js';
import { asCommonJS, readSnippet } from './readme.js';

const run = promisify(execFile);
// In its test environment, Express does not log errors.
const ENVIRONMENT = {
  NODE_ENV: 'test',
  MONEI_CLIENT_ID: 'mc_snippets',
  MONEI_CLIENT_SECRET: 'mcs_snippets',
  SESSION_SECRET: 'snippets',
  TOKEN_KEY: 'ab'.repeat(32),
};

type Kind = 'mjs' | 'cjs';

/** A place to run the files of docs/snippets: a folder in which the packages that they import are found. */
export class SnippetRunner {
  readonly folder: string;
  readonly #preload: string;

  /** @param preload the URL of a module that is loaded first, and simulates Monei */
  constructor(folder: string, preload: string) {
    this.folder = folder;
    this.#preload = preload;
  }

  /** Copies a file of docs/snippets into the folder, as an ES module or as CommonJS. Returns its path. */
  write(name: string, kind: Kind = 'mjs'): string {
    const code = readSnippet(name);
    const file = join(this.folder, `${parse(name).name}.${kind}`);
    writeFileSync(file, kind === 'cjs' ? asCommonJS(code) : code);
    return file;
  }

  /** Runs a file of docs/snippets to its end. Returns what it printed. */
  async run(name: string, kind: Kind, env: Record<string, string> = {}): Promise<Printed> {
    return run(process.execPath, ['--import', this.#preload, this.write(name, kind)], {
      env: { ...process.env, ...ENVIRONMENT, ...env },
    });
  }

  /** Runs an app of docs/snippets while `drive` uses it. Returns what the app printed. */
  async serve(
    name: string,
    kind: Kind,
    drive: (url: string, printed: Printed) => Promise<void>,
  ): Promise<Printed> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', this.#preload, this.write(name, kind)], {
      env: { ...process.env, ...ENVIRONMENT, PORT: String(port) },
    });
    const printed = collectOutput(child);
    try {
      await untilReady(child, printed);
      await drive(`http://localhost:${port}`, printed);
    } finally {
      child.kill();
    }
    return printed;
  }
}

interface Trial {
  title: string;
  try: (runner: SnippetRunner, name: string, kind: Kind) => Promise<void>;
}

/** Returns the trial of an app that prints no error. */
function app(title: string, drive: (url: string, printed: Printed) => Promise<void>): Trial {
  return {
    title,
    try: async (runner, name, kind) => {
      const { stderr } = await runner.serve(name, kind, drive);
      expect(stderr).to.equal('');
    },
  };
}

/** Returns the trial of a program that ends without an error. */
function program(title: string, stdout: string | RegExp, env: Record<string, string> = {}): Trial {
  return {
    title,
    try: async (runner, name, kind) => {
      const printed = await runner.run(name, kind, env);
      expect(printed.stderr).to.equal('');
      if (typeof stdout === 'string') expect(printed.stdout).to.equal(stdout);
      else expect(printed.stdout).to.match(stdout);
    },
  };
}

/** The files of docs/snippets that need only Node, with the expected behavior of each. */
const TRIALS: Record<string, Trial> = {
  'app.mjs': app('signs people in, and asks for more scopes later', driveApp),
  'linking.mjs': app('links accounts of Monei to users', driveLinking),
  'cookie-session.mjs': app('logs in and out with cookie-session', driveCookieSession),
  'words.mjs': {
    title: 'tells people what happened when a sign-in fails',
    try: async (runner, name, kind) => {
      const { stderr } = await runner.serve(name, kind, driveWords);
      expect(stderr)
        .to.match(/^MoneiConnectError: /)
        .and.not.include('mcs_snippets');
    },
  },
  'rate-limit.mjs': app('limits the token requests of callbacks', driveRateLimit),
  'emulator-app.mjs': app('starts the emulator in an app', driveEmulatorApp),
  'emulator-test.mjs': program('tests against the emulator', ''),
  'faults.mjs': program('simulates failures', ''),
  // Without the reporter, the form of the output depends on the version of Node.
  'app-test.mjs': program('tests an app', /^# pass 2$[\s\S]*^# fail 0$/m, {
    NODE_OPTIONS: '--test-reporter=tap',
  }),
  'keeper.mjs': program(
    'sends requests as a user, and disconnects the user',
    [
      "{ id: 'ada', name: 'Ada Obi' } { calledWith: 'Bearer mct_ada' } true",
      'revoked mct_ada',
      'reconnect_required\n',
    ].join('\n'),
  ),
  'scopes.mjs': program(
    'tells what to know of a scope',
    /^{"missing":\["wallet:send"\],"description":"[^"]+","sensitive":true,"needed":\["wallet:send"\]}\n$/,
  ),
  'subclass.mjs': program('adds to the profile in a subclass', 'null u1 false\n'),
  'diagnostics.mjs': program('counts refused states', 'no_cookie\n', {
    NODE_OPTIONS: '--disable-warning=PASSPORT_MONEI_SIGN_IN',
  }),
};

/** The files of docs/snippets that other tests run: the compiler, and those with a database. */
const ELSEWHERE = ['own-store.mjs', 'postgres.mjs', 'redis.mjs', 'typescript.mts'];

/** The names of the files of docs/snippets that a test runs. */
export const TRIED = [...Object.keys(TRIALS), ...ELSEWHERE];

/** Defines a test for each file of docs/snippets that needs only Node, in both module systems. */
export function itRunsTheSnippets(runner: () => SnippetRunner): void {
  for (const [name, trial] of Object.entries(TRIALS)) {
    for (const kind of ['mjs', 'cjs'] as const) {
      const how = kind === 'mjs' ? 'import' : 'require()';
      it(`docs/snippets/${name} ${trial.title}, with ${how}`, () => trial.try(runner(), name, kind));
    }
  }
  for (const name of ['app.mjs', 'emulator-app.mjs']) {
    for (const kind of ['mjs', 'cjs'] as const) {
      const how = kind === 'mjs' ? 'import' : 'require()';
      it(`docs/snippets/${name} ends with an error if its port is used, with ${how}`, () =>
        tryUsedPort(runner(), name, kind));
    }
  }
}

/** Expects an app to end with exit code 1 if another process listens on its port. */
async function tryUsedPort(runner: SnippetRunner, name: string, kind: Kind): Promise<void> {
  const occupant = createServer();
  const port = await new Promise<number>((resolve) => {
    occupant.listen(0, () => resolve((occupant.address() as AddressInfo).port));
  });
  try {
    const { code, stderr } = await runner.run(name, kind, { PORT: String(port) }).catch((error) => error);
    expect(code).to.equal(1);
    expect(stderr).to.include(`EADDRINUSE: address already in use :::${port}`);
  } finally {
    occupant.close();
  }
}

/** Returns what a process prints, as it prints it. */
function collectOutput(child: ChildProcess): Printed {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk) => {
      printed[name] += chunk;
    });
  }
  return printed;
}

function untilReady(child: ChildProcess, printed: Printed): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => printed.stdout.includes('Open http') && resolve());
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${printed.stderr}`)));
  });
}
