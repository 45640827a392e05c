import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { api, KEEP_ALIVE } from './api.js';
import { answer } from './worker.js';

const server = createServer(KEEP_ALIVE, api);

answer(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
