/** The class `Mutex` of the package `redis-semaphore`, as far as `redisStore` uses it. */
export type RedisMutex = new (
  client: never,
  key: string,
  options: {
    lockTimeout: number;
    refreshInterval: number;
    acquireTimeout: number;
    retryInterval: number;
    onLockLost: () => void;
  },
) => {
  /** Takes the lock, if it is free. */
  tryAcquire(signal?: AbortSignal): Promise<boolean>;
  /** Opens it. */
  release(): Promise<void>;
};

/**
 * Loads the optional peer. `import()` has its name in plain sight and is awaited in a `try`: so bundlers take it along, and
 * make do without it where it is not installed.
 *
 * @param load for tests
 * @throws {Error} that says to install it, or why it can't be loaded
 */
export async function loadMutex(load?: () => Promise<{ Mutex: RedisMutex }>): Promise<RedisMutex> {
  try {
    return (load ? await load() : await import('redis-semaphore')).Mutex;
  } catch (cause) {
    throw new Error(`passport-monei: redisStore() ${whatIsWrong(cause)}`, { cause });
  }
}

function whatIsWrong(cause: unknown): string {
  const { code, message = String(cause) } = (cause ?? {}) as NodeJS.ErrnoException;
  const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(code));
  // Something else may be missing, which that package needs.
  if (isMissing && /'redis-semaphore'/.test(message)) {
    return 'needs a package for its locks: npm install redis-semaphore';
  }
  return `can't load the package redis-semaphore: ${message}. Its class can be passed in: redisStore({ client, Mutex })`;
}
