import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { api, KEEP_ALIVE } from './api.js';
import { type SlowProxy, startSlowProxy } from './slow-proxy.js';
import { answer } from './worker.js';

const [keyFile = '', certFile = '', delay] = process.argv.slice(2);
const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile), ...KEEP_ALIVE }, api);
const listening = new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const lines: SlowProxy[] = [];

/** Opens a slow line to the API, or returns the number of connections of each line. */
answer(async (question: 'open' | 'count') => {
  if (question === 'count') return lines.map(({ connections }) => connections);
  await listening;
  const line = await startSlowProxy((server.address() as AddressInfo).port, Number(delay));
  lines.push(line);
  return `https://127.0.0.1:${line.port}`;
});
