import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';

/** Another process that answers one question at a time. */
export class Worker {
  readonly #child: ChildProcess;

  /** @param script a file beside this one, which calls `answer()` */
  constructor(script: string, args: string[] = [], options: ForkOptions = {}) {
    this.#child = fork(new URL(script, import.meta.url), args, options);
  }

  ask<Answer>(question: unknown = null): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`A worker ended with exit code ${code}.`));
      this.#child.once('exit', died);
      this.#child.once('message', (message) => {
        this.#child.off('exit', died);
        resolve(message as Answer);
      });
      this.#child.send({ question });
    });
  }

  stop(): void {
    this.#child.kill();
  }
}

/** Answers the questions in the other process. If `reply` throws, the process ends. */
export function answer<Question>(reply: (question: Question) => unknown): void {
  process.on('message', async ({ question }: { question: Question }) => {
    process.send?.((await reply(question)) ?? null);
  });
  process.on('disconnect', () => process.exit());
}
