import { File } from 'node:buffer';
import { PassThrough, Readable, Stream } from 'node:stream';
import { expect } from 'chai';
import { FormData as NodeFetchFormData } from 'node-fetch';
import { FIRST, SECOND, useMoneiApi } from '../../helpers/monei-api.js';
import { rejection } from '../../helpers/rejection.js';

const MAX_BYTES = 10 * 1024 * 1024;
const text = '{"amount":5000}';

async function* pieces() {
  yield Buffer.from('{"amount"');
  yield Buffer.from(':5000}');
}

const bytes = new TextEncoder().encode(text);

async function* iterableOf(chunks: unknown[]) {
  yield* chunks;
}

async function* oneBuffer() {
  const buffer = Buffer.alloc(1);
  for (const digit of '12') {
    buffer.write(digit);
    yield buffer;
  }
}

/** A form like those of the npm package `form-data`: an old stream that is not iterable. */
class FormDataOfNpm extends Stream {
  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    destination.end(text);
    return destination;
  }
}

describe('TokenKeeper.fetch sends, and sends again after a 401,', () => {
  const monei = useMoneiApi();
  const form = new FormData();
  form.set('name', 'Ada');

  const bodies: [kind: string, body: () => unknown, sent?: string][] = [
    ['text', () => text],
    ['a buffer', () => Buffer.from(text)],
    ['bytes', () => new TextEncoder().encode(text)],
    ['an ArrayBuffer', () => new TextEncoder().encode(text).buffer],
    ['a DataView', () => new DataView(new TextEncoder().encode(text).buffer)],
    ['a Blob', () => new Blob([text])],
    ['a file', () => new File([text], 'transfer.json')],
    ['null', () => null, ''],
    ['no body', () => undefined, ''],
    ['an empty text', () => '', ''],
    ['a number, as its text', () => 5000, '5000'],
    ['parameters', () => new URLSearchParams({ amount: '5000' }), 'amount=5000'],
    ['a form', () => form, 'Ada'],
    ['a web stream', () => new Blob([text]).stream()],
    ['a stream of Node', () => Readable.from(['{"amount"', ':5000}'])],
    ['an async iterable', pieces],
    ['an async iterable with an empty chunk', () => iterableOf(['{"amount"', '', ':5000}'])],
    ['a stream of Node with an empty chunk', () => Readable.from([Buffer.from(text), Buffer.alloc(0)])],
    [
      'an async iterable of DataViews',
      () => iterableOf([new DataView(bytes.buffer, 0, 9), bytes.subarray(9)]),
    ],
    ['an async iterable of other views', () => iterableOf([new Uint16Array([0x3035, 0x3030])]), '5000'],
    ['an async iterable of ArrayBuffers', () => iterableOf([bytes.buffer])],
    ['an async iterable of one buffer that changes', oneBuffer, '12'],
  ];
  for (const [kind, body, sent = text] of bodies) {
    it(kind, async () => {
      const keeper = await monei.signIn();
      monei.respondWith([401]);
      const init = { method: 'POST', body: body() as string };
      expect((await keeper.fetch('ada', '/wallet/payout/transfer', init)).status).to.equal(200);
      const requests = monei.requests();
      expect(requests.map(({ authorization }) => authorization)).to.deep.equal([FIRST, SECOND]);
      for (const request of requests) {
        if (body() === form) expect(request.body).to.include(sent);
        else expect(request.body).to.equal(sent);
      }
    });
  }
});

describe('TokenKeeper.fetch sends the length of a body, so that the next request on the connection is separate:', () => {
  const monei = useMoneiApi();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    it(method, async () => {
      const keeper = await monei.signIn();
      for (const body of [text, pieces()]) {
        const init = { method, body: body as string };
        await keeper.fetch('ada', '/transactions', init);
        const seen = monei.server.seen.at(-1);
        expect(seen?.headers).to.include({ 'content-length': String(text.length) });
        expect(seen?.headers).to.not.have.property('transfer-encoding');
        expect(seen).to.include({ method, body: text });
      }
      expect(monei.server.seen).to.have.lengthOf(2);
    });
  }
});

describe('TokenKeeper.fetch refuses', () => {
  const monei = useMoneiApi();

  async function refused(body: unknown, message: string): Promise<void> {
    const keeper = await monei.signIn();
    const init = { method: 'POST', body: body as string };
    const error = await rejection(keeper.fetch('ada', '/wallet/payout/transfer', init));
    expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes(message);
    expect(monei.server.seen).to.deep.equal([]);
  }

  const objects: [what: string, body: unknown][] = [
    ['a plain object', { amount: 5000 }],
    ['a list', [1, 2]],
    ['a Map', new Map()],
    ['a date', new Date()],
    ['a function', () => text],
    ['a form of the package form-data', new FormDataOfNpm()],
    ['a form of node-fetch', new NodeFetchFormData()],
  ];
  for (const [what, body] of objects) {
    it(`${what} as a body`, () => refused(body, '`body` must be'));
  }

  it('a body with a GET, with the message of `Request`', async () => {
    const keeper = await monei.signIn();
    const error = await rejection(keeper.fetch('ada', '/wallet/me', { body: 'a body' }));
    expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('body');
    expect(monei.requests()).to.deep.equal([]);
  });

  it('a stream of other values than bytes', () => {
    const odd = new ReadableStream({
      start(controller) {
        controller.enqueue('text');
      },
    });
    return refused(odd, '`body` must be a stream of bytes');
  });

  for (const chunk of [5000, null, { amount: 5000 }]) {
    it(`an async iterable of other values than strings and bytes: ${JSON.stringify(chunk)}`, async () => {
      let returned = false;
      async function* odd() {
        try {
          yield chunk;
        } finally {
          returned = true;
        }
      }
      await refused(odd(), '`body` must be an iterable of strings and bytes');
      expect(returned).to.equal(true);
    });
  }

  it('a body of more than 10 MB, and stops reading it', async () => {
    let given = 0;
    let returned = false;
    async function* endless() {
      try {
        for (;;) {
          given++;
          yield Buffer.alloc(1024 * 1024);
        }
      } finally {
        returned = true;
      }
    }
    await refused(endless(), '`body` must be 10485760 bytes or less');
    expect(given).to.be.within(11, 13);
    expect(returned).to.equal(true);
    await refused('x'.repeat(MAX_BYTES + 1), '`body` must be 10485760 bytes or less');
  });

  it('no body of exactly 10 MB', async () => {
    const keeper = await monei.signIn();
    const body = 'x'.repeat(MAX_BYTES);
    await keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body });
    expect(monei.requests()[0]?.body.length).to.equal(MAX_BYTES);
  });

  it('a stream that fails, with its error', async () => {
    const keeper = await monei.signIn();
    const body = new PassThrough();
    body.write('{"amount"');
    const reason = new Error('the disk is gone');
    const failed = rejection(
      keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body: body as never }),
    );
    body.destroy(reason);
    expect(await failed).to.equal(reason);
    expect(monei.server.seen).to.deep.equal([]);
  });
});
