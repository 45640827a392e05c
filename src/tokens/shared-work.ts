/** Work that is under way in this process. Callers that ask for the same work share it and its outcome. */
export class SharedWork {
  readonly #running = new Map<string, Promise<unknown>>();

  /** Returns what the work with this key gives: that of an earlier caller, if it is still under way, or `work`. */
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
