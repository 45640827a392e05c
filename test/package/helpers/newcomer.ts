import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedPackages } from './packed-project.js';

/** An empty folder in which a test runs the commands of a page and saves its files, as a reader does. */
export class Newcomer {
  readonly folder = mkdtempSync(join(tmpdir(), 'passport-monei-newcomer-'));
  readonly #running = new Set<ChildProcess>();
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    // Variables in the environment would override those in .env.
    const entries = Object.entries(process.env).filter(
      ([name]) => !/^(MONEI_|SESSION_|TOKEN_|PORT$)/.test(name),
    );
    this.#env = Object.fromEntries(entries);
  }

  /** Saves a file of the page. */
  save(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a command of the page to its end, with the tarballs in place of the names of both packages. */
  run(
    command: string,
    env: NodeJS.ProcessEnv = {},
  ): { status: number | null; stdout: string; stderr: string } {
    const { monei, emulator } = packedPackages();
    const install = command
      .replace(/(?<=^npm install .*)\bpassport-monei\b/, monei.tarball)
      .replace(/(?<=^npm install .*)\bmonei-connect-emulator\b/, emulator.tarball);
    const options = {
      cwd: this.folder,
      shell: true,
      encoding: 'utf8',
      env: { ...this.#env, ...env },
    } as const;
    const { status, stdout, stderr } = spawnSync(install, options);
    return { status, stdout, stderr };
  }

  /** Starts a command of the page, and waits until it has printed a line that `ready` matches. Returns the match. */
  async start(command: string, ready: RegExp, env: NodeJS.ProcessEnv = {}): Promise<RegExpExecArray> {
    const child = spawn(command, {
      cwd: this.folder,
      shell: true,
      // A process group of its own, because the shell and npx start the program as a child process.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.#env, ...env },
    });
    this.#running.add(child);
    return new Promise((resolve, reject) => {
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk) => {
          output += chunk;
          const match = ready.exec(output);
          if (match) resolve(match);
        });
      }
      child.once('close', (code) => reject(new Error(`${command} ended with ${code}: ${output}`)));
    });
  }

  /** Stops the commands that still run. */
  async stop(): Promise<void> {
    const children = [...this.#running].filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    this.#running.clear();
    const ends = children.map((child) => once(child, 'close'));
    for (const { pid } of children) process.kill(-Number(pid), 'SIGTERM');
    await Promise.all(ends);
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
