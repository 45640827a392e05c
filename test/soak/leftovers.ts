/** The resources of an idle process. */
export interface Leftovers {
  sockets: number;
  /** Handles that keep the process alive, such as servers and timers. */
  handles: number;
  /** The used heap in bytes after a garbage collection. Absent without `--expose-gc`. */
  heap: number | undefined;
}

/** The time that sockets have to close, in milliseconds. */
const CLOSE_MS = 5000;

/** Waits until idle sockets are closed, and counts the resources that are left. */
export async function countLeftovers(socketsBefore: number): Promise<Leftovers> {
  const end = performance.now() + CLOSE_MS;
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
  // Objects that finalizers release are collected in the next round.
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
}
