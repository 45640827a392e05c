/** What a process holds on to when nothing goes on. */
export interface Leftovers {
  sockets: number;
  /** Servers, timers that keep the process alive, and the like. */
  handles: number;
  /** In bytes, after a collection. Absent without `--expose-gc`. */
  heap: number | undefined;
}

/** How long sockets may take to close, in milliseconds. */
const PATIENCE = 5000;

/** Waits until idle sockets are closed, and counts what is left. */
export async function countLeftovers(socketsBefore: number): Promise<Leftovers> {
  const end = performance.now() + PATIENCE;
  while (openSockets() > socketsBefore && performance.now() < end) await new Promise(setImmediate);
  const sockets = openSockets();
  return { sockets, handles: process.getActiveResourcesInfo().length - sockets, heap: await heapUsed() };
}

export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

async function heapUsed(): Promise<number | undefined> {
  const { gc } = globalThis;
  if (!gc) return undefined;
  // What finalizers let go of is collected in the next round.
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
}
