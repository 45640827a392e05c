import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { rejection } from '../../test/helpers/rejection.js';
import { startEmulator } from '../src/index.js';

/** Whether this machine has the address `::1`. */
async function hasIPv6(): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(0, '::1');
  const result = await listening.then(
    () => true,
    () => false,
  );
  server.close();
  return result;
}

/** Listens on `::1` only, on any port. */
async function listenOnIPv6(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '::1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

describe('the addresses of the emulator', () => {
  const { listen } = HttpServer.prototype;
  afterEach(() => {
    HttpServer.prototype.listen = listen;
  });

  /** Makes the next servers that listen on `::1` fail with these codes, one each. */
  const failOnIPv6 = (...codes: string[]) => {
    HttpServer.prototype.listen = function (this: HttpServer, ...args: unknown[]) {
      const code = args[1] === '::1' ? codes.shift() : undefined;
      if (code === undefined) return Reflect.apply(listen, this, args);
      process.nextTick(() => this.emit('error', Object.assign(new Error(code), { code })));
      return this;
    } as typeof listen;
  };
  const statusAt = async (origin: string) => (await fetch(`${origin}/api/v1/user/me`)).status;

  it('listens on 127.0.0.1 and ::1, with the same port', async function () {
    if (!(await hasIPv6())) this.skip();
    const emulator = await startEmulator();
    const { port } = new URL(emulator.url);
    expect(await statusAt(`http://127.0.0.1:${port}`)).to.equal(401);
    expect(await statusAt(`http://[::1]:${port}`)).to.equal(401);
    await emulator.close();
    expect(await rejection(statusAt(`http://[::1]:${port}`))).to.be.an('error');
  });

  for (const code of ['EADDRNOTAVAIL', 'EAFNOSUPPORT']) {
    it(`listens on 127.0.0.1 alone on a machine without ::1 (${code})`, async () => {
      failOnIPv6(code);
      const emulator = await startEmulator();
      expect(await statusAt(emulator.url)).to.equal(401);
      await emulator.close();
    });
  }

  it('rejects if another program uses the port on ::1', async function () {
    if (!(await hasIPv6())) this.skip();
    const { server, port } = await listenOnIPv6();
    expect(await rejection(startEmulator({ port })))
      .to.be.an('error')
      .that.includes({
        code: 'EADDRINUSE',
        message: `monei-connect-emulator: cannot listen on port ${port} of ::1: another program uses it.`,
      });
    server.close();
  });

  it('takes another free port if another program uses the first one on ::1', async () => {
    failOnIPv6('EADDRINUSE', 'EADDRINUSE', 'EADDRNOTAVAIL');
    const emulator = await startEmulator();
    expect(await statusAt(emulator.url)).to.equal(401);
    await emulator.close();
  });

  it('rejects after ten free ports that another program uses on ::1', async () => {
    failOnIPv6(...Array(10).fill('EADDRINUSE'));
    expect(await rejection(startEmulator())).to.have.property('code', 'EADDRINUSE');
  });

  it('rejects with the code of any other error', async () => {
    failOnIPv6('EACCES');
    expect(await rejection(startEmulator({ port: 0 })))
      .to.have.property('message')
      .that.matches(/^monei-connect-emulator: cannot listen on port \d+ of ::1: EACCES\.$/);
  });
});
