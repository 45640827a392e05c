/** Runs work once for all concurrent callers in this process, which share the outcome. */
export class SharedWork {
  readonly #running = new Map<string, Promise<unknown>>();

  /** Runs `work`, unless work with this key is under way: then waits for that. Returns the outcome. */
  async run<T>(key: unknown[], work: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    const running = this.#running.get(name) as Promise<T> | undefined;
    if (running) return running;
    const started = work();
    this.#running.set(name, started);
    try {
      return await started;
    } finally {
      this.#running.delete(name);
    }
  }
}
