import { expect } from 'chai';
import fc from 'fast-check';
import { MONEI_SCOPES } from '../../src/index.js';
import { holds } from '../../test/properties/fuzz.js';
import { type Api, createApi } from '../src/api/index.js';
import { evmAddressOf } from '../src/api/people.js';
import type { EmulatedUser } from '../src/index.js';

const USERS = ['ada', 'obi', 'eve'].map((id) => ({
  id,
  email: `${id}@example.com`,
  wallet: { NGN: 1000, ETH: 1, USDT: 1000 },
}));
const SCOPES = Object.keys(MONEI_SCOPES);

const USDT = '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2';
const USDC = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';
const OFFRAMP = {
  ...{ token: 'USDT', network: 'base', fiatCurrency: 'NGN' },
  ...{ bankCode: '058', accountNumber: '0123456789', accountName: 'JOHN DOE' },
};

function userAt(place: number): EmulatedUser {
  return USERS[place] as EmulatedUser;
}

/** A call to the API, as random as it may be. */
interface Order {
  from: number;
  path: string;
  body: Record<string, unknown>;
  /** How many turns its body takes to arrive. */
  delay: number;
}

const amount = fc.oneof(
  fc.integer({ min: 1, max: 60_000 }).map((kobo) => kobo / 100),
  fc.constantFrom<unknown>(0, -1, 0.001, '12', null, 1e300, Number.NaN),
);
const person = fc.integer({ min: 0, max: USERS.length - 1 });
const call = fc.oneof(
  fc.record({ amount, to: person }).map(({ amount, to }) => {
    const body = { amount, receiver: USERS[to]?.email, transactionPin: '1234' };
    return { path: '/wallet/payout/transfer', body };
  }),
  fc.record({ amount, name: fc.integer({ min: 0, max: 5 }) }).map(({ amount, name }) => {
    const body = {
      amount,
      bank: '058',
      accountNumber: '0123456789',
      transactionPin: '1234',
      reference: `r${name}`,
    };
    return { path: '/wallet/payout/bank-transfer', body };
  }),
  fc.record({ amount }).map((body) => ({ path: '/wallet/deposit', body })),
  fc.record({ amount }).map(({ amount }) => {
    return { path: '/bills/pay/airtime', body: { amount, biller: 'mtn', phoneNumber: '09054860951' } };
  }),
  fc.record({ amount }).map(({ amount }) => {
    return { path: '/offramp/exchange/initiate', body: { ...OFFRAMP, amount } };
  }),
  fc.record({ amount, tokenOut: fc.constantFrom(USDC, USDT) }).map(({ amount, tokenOut }) => {
    const body = { amount: String(Number(amount) / 1000), tokenOut, chainId: 8453 };
    return { path: '/evm-exchange/native-to-token', body };
  }),
  fc.record({ amount, to: person }).map(({ amount, to }) => {
    const body = { amount: String(amount), tokenAddress: USDT, to: evmAddressOf(userAt(to)), chainId: 8453 };
    return { path: '/evm/send/token', body };
  }),
);
const orders = fc.array(
  fc.record({ from: person, delay: fc.integer({ min: 0, max: 3 }), call }).map(({ call, ...rest }): Order => {
    return { ...rest, ...call };
  }),
  { minLength: 1, maxLength: 30 },
);

async function carryOut(api: Api, { from, path, body, delay }: Order): Promise<void> {
  const user = userAt(from);
  const reply = await api.find('POST', path)?.respond({
    user,
    scopes: SCOPES,
    query: new URLSearchParams({ method: 'BANK_TRANSFER' }),
    async body() {
      for (let turn = 0; turn < delay; turn++) await null;
      return body;
    },
  });
  expect(reply?.status).to.be.oneOf([200, 201, 202, 400, 404, 409]);
  const { data } = (reply?.body ?? {}) as { data?: { reference?: string } };
  if (path === '/wallet/deposit' && data?.reference) api.ledger.complete(data.reference);
}

describe('the ledger', () => {
  it('balances each user and all accounts after any concurrent requests, without a negative balance of a user', async () => {
    await holds(
      fc.asyncProperty(orders, async (asked) => {
        const api = createApi(USERS);
        await Promise.all(asked.map((order) => carryOut(api, order)));
        for (const [, sum] of api.ledger.sums()) expect(sum).to.equal(0n);
        for (const { id, wallet } of USERS) {
          const { balances, transactions } = api.account(id);
          let kobo = wallet.NGN * 100;
          for (const { amount, type, narration, currency } of transactions) {
            if (currency !== 'NGN') continue;
            const out = type === 'DEBIT' || narration?.startsWith('Transfer to');
            kobo += Math.round(amount * 100) * (out ? -1 : 1);
          }
          expect(Math.min(0, ...Object.values(balances))).to.equal(0);
          expect(kobo)
            .to.equal(Math.round((balances.NGN ?? 0) * 100))
            .and.to.be.at.least(0);
        }
      }),
      100,
    );
  });
});
