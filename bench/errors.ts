import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MoneiConnect } from 'passport-monei';
import type { Figure } from './figure.js';
import { inRounds } from './rounds.js';
import { CLIENT } from './subjects.js';

const ROUNDS = 30;

/** Codes that an attacker could choose, by their length. */
const SHAPES: Record<string, (length: number) => string> = {
  backslashes: (length) => '\\'.repeat(length),
  'one letter over and over': (length) => `${'a'.repeat(length - 1)}b`,
  letters: (length) => 'abcdefghijklmnop'.repeat(length / 16),
};
const [SHORT, LONG] = [3500, 7000];

/** Measures how the time of an error grows with a quoted code of twice the length. A factor of 2 is linear. */
export async function errorFigures(): Promise<Figure[]> {
  const server = await startQuotingServer();
  const tokenURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const connect = new MoneiConnect({ ...CLIENT, tokenURL });
  const timeOf = async (code: string) => {
    const start = performance.now();
    await connect.exchangeCode({ code, redirectURI: CLIENT.callbackURL }).catch(() => {});
    return performance.now() - start;
  };
  try {
    const figures: Figure[] = [];
    for (const [name, shape] of Object.entries(SHAPES)) {
      const { short, long } = await inRounds(ROUNDS, [
        ['short', () => timeOf(shape(SHORT))],
        ['long', () => timeOf(shape(LONG))],
      ]);
      figures.push({
        name: `growth of an error that quotes a code twice as long: ${name}`,
        format: (ratio) => `${ratio.toFixed(2)} ×`,
        values: { ours: long / short },
      });
    }
    return figures;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function startQuotingServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(400).end(JSON.stringify({ message: `Bad code ${JSON.parse(body).code}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
