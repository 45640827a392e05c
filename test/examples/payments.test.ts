import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from 'monei-connect-emulator';
import { MissingScopeError, MoneiConnect, MoneiConnectError, type MoneiScope } from 'passport-monei';
import { memoryStore, ReconnectRequiredError, TokenKeeper } from 'passport-monei/tokens';
import { memoryJournal } from '../../examples/payments/memory-journal.js';
import {
  decide,
  type Payment,
  type PaymentJournal,
  type PaymentRecord,
  type PayOptions,
  payAll,
  payOnce,
} from '../../examples/payments/payments.js';
import { freePort } from '../helpers/free-port.js';

const CALLBACK = 'http://localhost:3000/callback';
const SCOPES: MoneiScope[] = ['profile:read', 'wallet:read', 'wallet:send', 'wallet:withdraw'];
const TRANSFER: Payment = {
  id: 'salary-bob',
  route: 'POST /wallet/payout/transfer',
  body: { receiver: 'bob@example.com', amount: 100 },
};
const BANK_TRANSFER: Payment = {
  id: 'salary-cy',
  route: 'POST /wallet/payout/bank-transfer',
  body: { amount: 200, bank: '058', accountNumber: '0123456789', reference: 'salary-cy' },
};

describe('examples/payments', () => {
  let emulator: MoneiEmulator;
  let keeper: TokenKeeper;
  let journal: PaymentJournal;

  beforeEach(async () => {
    emulator = await startEmulator({
      users: [
        { id: 'ada', email: 'ada@example.com', wallet: { NGN: 1000 } },
        { id: 'bob', email: 'bob@example.com' },
      ],
    });
    keeper = await signIn(emulator, SCOPES);
    journal = memoryJournal();
  });
  afterEach(() => emulator.close());

  const options = (changes: Partial<PayOptions> = {}): PayOptions => ({
    keeper,
    journal,
    userId: 'ada',
    transactionPin: '1234',
    pauses: [0, 0],
    ...changes,
  });
  /** The naira that left Ada's wallet. */
  const paid = () => 1000 - Number(emulator.account('ada').balances.NGN);

  it('pays each payment once, however often the job runs', async () => {
    for (let run = 0; run < 3; run++) {
      const records = await payAll([TRANSFER, BANK_TRANSFER], options());
      expect(records.map(({ state }) => state)).to.deep.equal(['paid', 'paid']);
    }
    expect(paid()).to.equal(300);
  });

  it('does not store the PIN', async () => {
    const stored: PaymentRecord[] = [];
    const spy: PaymentJournal = {
      ...journal,
      replace: (id, before, record) => {
        stored.push(record);
        return journal.replace(id, before, record);
      },
    };
    await payOnce({ ...TRANSFER, body: { receiver: 'x@example.com', amount: 1 } }, options({ journal: spy }));
    expect(stored).to.have.lengthOf(2);
    expect(JSON.stringify(stored)).to.not.contain('1234');
  });

  it('refuses what Monei refuses, with Monei’s reason, and does not send it again', async () => {
    const tooMuch = { ...TRANSFER, body: { ...TRANSFER.body, amount: 5000 } } as Payment;
    const record = await payOnce(tooMuch, options());
    expect(record.state).to.equal('refused');
    expect(record.reason).to.match(/^Monei says: .* \(400\)$/);
    expect(await payOnce(tooMuch, options())).to.deep.equal(record);
  });

  it('leaves a transfer in doubt unclear, and repeats it only after a person says so', async () => {
    emulator.fail({ endpoint: 'api', cutOff: true });
    const first = await payOnce(TRANSFER, options());
    expect([first.state, paid()]).to.deep.equal(['unclear', 100]);
    expect((await payOnce(TRANSFER, options())).state).to.equal('unclear');
    expect(paid()).to.equal(100);

    expect(await decide(journal, TRANSFER.id, 'not_sent')).to.equal(true);
    expect((await payOnce(TRANSFER, options())).state).to.equal('paid');
    expect(await decide(journal, TRANSFER.id, 'not_sent')).to.equal(false);
    expect(paid()).to.equal(200);
  });

  it('looks up a bank transfer in doubt by its reference', async () => {
    emulator.fail({ endpoint: 'api', cutOff: true });
    expect((await payOnce(BANK_TRANSFER, options())).state).to.equal('paid');
    expect(paid()).to.equal(200);
  });

  it('settles a bank transfer whose process ended before the response came', async () => {
    await payOnce(BANK_TRANSFER, options());
    const other = memoryJournal();
    await other.replace(BANK_TRANSFER.id, undefined, { state: 'paying' });
    expect((await payOnce(BANK_TRANSFER, options({ journal: other }))).state).to.equal('paid');
    expect(paid()).to.equal(200);
  });

  it('takes a reference that Monei knows already for an earlier try', async () => {
    await payOnce(BANK_TRANSFER, options());
    expect((await payOnce(BANK_TRANSFER, options({ journal: memoryJournal() }))).state).to.equal('paid');
    const other = { ...BANK_TRANSFER, body: { ...BANK_TRANSFER.body, amount: 7 } } as Payment;
    const record = await payOnce(other, options({ journal: memoryJournal() }));
    expect(record).to.deep.equal({
      state: 'unclear',
      reason: 'Monei finds another payment under this reference.',
    });
    expect(paid()).to.equal(200);
  });

  it('is unclear without `wallet:read`, because nothing can be looked up', async () => {
    keeper = await signIn(emulator, ['profile:read', 'wallet:withdraw']);
    emulator.fail({ endpoint: 'api', cutOff: true });
    const { state, reason } = await payOnce(BANK_TRANSFER, options());
    expect(state).to.equal('unclear');
    expect(reason).to.contain('wallet:read');
  });

  const lookUps: [string, unknown, string][] = [
    ['a pending one', { reference: 'salary-cy', amount: 200, status: 'PENDING' }, 'unclear'],
    ['a failed one', { reference: 'salary-cy', amount: 200, status: 'FAILED' }, 'refused'],
    ['several', [{ reference: 'salary-cy' }, { reference: 'salary-cy' }], 'unclear'],
    ['nothing', undefined, 'unclear'],
  ];
  for (const [found, data, state] of lookUps) {
    it(`is ${state} when the look-up finds ${found}`, async () => {
      await journal.replace(BANK_TRANSFER.id, undefined, { state: 'paying' });
      const fake = { fetch: async () => Response.json({ statusCode: 200, message: '', data }) };
      expect((await payOnce(BANK_TRANSFER, options({ keeper: fake }))).state).to.equal(state);
    });
  }

  const network = (requestSent: boolean) =>
    Object.assign(new MoneiConnectError('no response', { code: 'network', endpoint: 'api' }), {
      requestSent,
    });
  const tokenError = new MoneiConnectError('no tokens', { code: 'unavailable', endpoint: 'token' });
  const lockTimeout = Object.assign(new Error('waited'), { code: 'lock_timeout' });
  const failures: [string, Error, string, number][] = [
    ['a request that was not sent', network(false), 'not_sent', 3],
    ['a request that was sent', network(true), 'unclear', 1],
    ['an abort', new DOMException('aborted', 'AbortError'), 'unclear', 1],
    ['a refresh that failed', tokenError, 'not_sent', 1],
    ['a missing scope', new MissingScopeError(['wallet:send']), 'not_sent', 1],
    ['tokens that were revoked', new ReconnectRequiredError(), 'not_sent', 1],
    ['a lease that was not given in time', lockTimeout, 'not_sent', 1],
  ];
  for (const [what, error, state, times] of failures) {
    it(`is ${state} after ${what}`, async () => {
      let sent = 0;
      const fake: PayOptions['keeper'] = {
        fetch: async () => {
          sent++;
          throw error;
        },
      };
      expect((await payOnce(TRANSFER, options({ keeper: fake }))).state).to.equal(state);
      expect(sent).to.equal(times);
    });
  }

  const responses: [number, object | string, string][] = [
    [200, { statusCode: 200, message: '', data: { status: 'FAILED' } }, 'refused'],
    [200, '<html>', 'unclear'],
    [401, { statusCode: 401, message: 'Expired' }, 'not_sent'],
    [429, { statusCode: 429, message: 'Slow down' }, 'not_sent'],
    [403, '<html>', 'unclear'],
    [408, { statusCode: 408, message: 'Timeout' }, 'unclear'],
    [502, { statusCode: 502, message: 'Provider down' }, 'unclear'],
  ];
  for (const [status, body, state] of responses) {
    it(`is ${state} after a response with ${status} and ${JSON.stringify(body)}`, async () => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const fake = { fetch: async () => new Response(text, { status }) };
      expect((await payOnce(TRANSFER, options({ keeper: fake }))).state).to.equal(state);
    });
  }

  it('is sent again by the next run after Monei could not be reached', async () => {
    const unreachable = await signIn(emulator, SCOPES, `http://127.0.0.1:${await freePort()}/api/v1`);
    expect((await payOnce(TRANSFER, options({ keeper: unreachable }))).state).to.equal('not_sent');
    keeper = await signIn(emulator, SCOPES);
    expect((await payOnce(TRANSFER, options())).state).to.equal('paid');
    expect(paid()).to.equal(100);
  });

  it('is sent by one of two processes that run at the same time', async () => {
    const records = await Promise.all([payOnce(TRANSFER, options()), payOnce(TRANSFER, options())]);
    expect(records.map(({ state }) => state)).to.include('paid');
    expect(paid()).to.equal(100);
    expect((await journal.load(TRANSFER.id))?.state).to.equal('paid');
  });

  describe('a job that crashes at every step and is started again', () => {
    /** Makes the nth operation on the journal or at Monei throw, before or after it has had its effect. */
    const crashingAt = (step: number, after: boolean): { options: PayOptions; crashed: () => boolean } => {
      let count = 0;
      let crashed = false;
      const guard = async <T>(act: () => Promise<T>): Promise<T> => {
        if (crashed) throw new Error('this process has ended');
        const isHere = count++ === step;
        if (isHere && !after) crashed = true;
        if (crashed) throw new Error('crash');
        const result = await act();
        if (isHere) crashed = true;
        if (crashed) throw new Error('crash');
        return result;
      };
      return {
        crashed: () => crashed,
        options: options({
          keeper: { fetch: (...args) => guard(() => keeper.fetch(...args)) },
          journal: {
            load: (id) => guard(() => journal.load(id)),
            replace: (...args) => guard(() => journal.replace(...args)),
          },
        }),
      };
    };

    for (const after of [false, true]) {
      it(`pays no one twice and reports every payment (${after ? 'after' : 'before'} each step)`, async () => {
        const outcomes = new Set<string>();
        for (let step = 0; ; step++) {
          expect(step).to.be.below(50);
          journal = memoryJournal();
          const payments = [TRANSFER, BANK_TRANSFER].map((payment) => forStep(payment, `${after}-${step}`));
          const before = Number(emulator.account('ada').balances.NGN);
          const job = crashingAt(step, after);
          await payAll(payments, job.options).catch(() => {});
          const records = await payAll(payments, options());

          const left = before - Number(emulator.account('ada').balances.NGN);
          const [transfer = '', bankTransfer = ''] = records.map(({ state }) => state);
          outcomes.add(transfer).add(bankTransfer);
          expect(records).to.have.lengthOf(2);
          // Each is paid at most once. What is reported as paid is paid, and what is not paid is reported.
          expect([0, 1, 2, 3]).to.include(left);
          expect(left).to.be.at.least(transfer === 'paid' ? 1 : 0);
          if (transfer === 'paid' && bankTransfer === 'paid') expect(left).to.equal(3);
          expect([transfer, bankTransfer].every((state) => ['paid', 'unclear'].includes(state))).to.equal(
            true,
          );
          if (!job.crashed()) break;
        }
        expect([...outcomes].sort()).to.deep.equal(['paid', 'unclear']);
      });
    }
  });
});

/** The same payment of 1 naira (transfer) or 2 (bank transfer), with an id of its own. */
function forStep(payment: Payment, step: string): Payment {
  if (payment.route === 'POST /wallet/payout/transfer') {
    return { ...payment, id: `${payment.id}-${step}`, body: { ...payment.body, amount: 1 } };
  }
  const id = `${payment.id}-${step}`;
  return { ...payment, id, body: { ...payment.body, amount: 2, reference: id } };
}

async function signIn(emulator: MoneiEmulator, scopes: MoneiScope[], apiURL = emulator.apiURL) {
  const { client, endpoints } = emulator;
  emulator.revokeGrant();
  const connect = new MoneiConnect({ ...client, tokenURL: endpoints.tokenURL });
  const query = new URLSearchParams({
    client_id: client.clientID,
    redirect_uri: CALLBACK,
    scope: scopes.join(' '),
  });
  const back = new URL(await emulator.authorize(`${endpoints.authorizationURL}?${query}`));
  const code = back.searchParams.get('code') ?? '';
  const keeper = new TokenKeeper({ connect, store: memoryStore(), keys: false, apiURL });
  await keeper.save('ada', await connect.exchangeCode({ code, redirectURI: CALLBACK }));
  return keeper;
}
