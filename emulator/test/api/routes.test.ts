import { expect } from 'chai';
import { MONEI_SCOPES, type MoneiScope, scopesFor } from '../../../src/index.js';
import { rejection } from '../../../test/helpers/rejection.js';
import { readValues } from '../../src/api/fields.js';
import { createApi } from '../../src/api/index.js';
import { ADA, TestBank } from './bank.js';
import { CLOSED, EXAMPLES } from './requests.js';

const ENVELOPE = ['statusCode', 'message', 'data', 'errors'];
const NAMES = Object.keys(MONEI_SCOPES) as MoneiScope[];

describe('the API of the emulator', () => {
  let bank: TestBank;
  /** The values of the parameters in the examples. */
  const known: Record<string, string> = {};
  before(async () => {
    bank = await TestBank.open();
    const sent = await bank.post('/wallet/payout/transfer', EXAMPLES['POST /wallet/payout/transfer']?.body);
    known.REFERENCE = sent.body.data.reference;
    known.ID = String(bank.emulator.account().transactions[0]?.id);
    await bank.post('/wallet/deposit/payment-link', { amount: 10, reference: 'DEPOSIT' });
    const bill = await bank.post('/bills/pay/airtime', EXAMPLES['POST /bills/pay/airtime']?.body);
    [known.BILL, known.RECEIPT] = [bill.body.data.reference, bill.body.data.id];
    const offramp = await bank.post(
      '/offramp/exchange/initiate',
      EXAMPLES['POST /offramp/exchange/initiate']?.body,
    );
    known.OFFRAMP = offramp.body.data.reference;
  });
  after(() => bank.close());

  it('serves every route of the catalogue, and each route has an example request', () => {
    const catalogue = Object.values(MONEI_SCOPES).flatMap(({ routes }): readonly string[] => routes);
    expect(Object.keys(EXAMPLES)).to.include.members(catalogue);
    expect(createApi([ADA]).routes).to.have.members([...Object.keys(EXAMPLES), ...CLOSED]);
  });

  for (const [
    route,
    { path, body, status = 200, keys, values, envelope = ENVELOPE, wrong = [] },
  ] of Object.entries(EXAMPLES)) {
    const [method = '', own = ''] = route.split(' ');
    const scopes = scopesFor(method, own);
    const address = () => (path ?? own).replace(/[A-Z]+$/, (name) => known[name] ?? name);

    describe(route, () => {
      it(`responds in the documented form with ${scopes.join(' or ') || 'any token'}`, async () => {
        for (const allowed of scopes.length > 0 ? scopes.map((scope) => [scope]) : [[]]) {
          const told = await bank.call(method, address(), body, { scopes: allowed });
          expect(told.status).to.equal(status);
          expect(told.body).to.have.all.keys(...envelope);
          expect(told.body.statusCode ?? status).to.equal(status);
          if (envelope.includes('message')) expect(told.body.message).to.be.a('string').and.not.empty;
          expect(Object.keys(told.body.data ?? {})).to.have.members(keys);
          for (const [at, value] of Object.entries(values)) {
            const found = expect(told.body.data ?? told.body).to.have.nested.property(at);
            if (value instanceof RegExp) found.that.matches(value);
            else found.that.deep.equals(value);
          }
        }
      });

      if (scopes.length > 0) {
        it('responds with 403 without the scope, whatever the body is, and names the scope', async () => {
          const others = NAMES.filter((scope) => !scopes.includes(scope));
          const broken = body && '{';
          const before = bank.everything();
          const told = await bank.call(method, address(), broken, { scopes: others });
          expect(told.status).to.equal(403);
          expect(told.body).to.have.all.keys('statusCode', 'message', 'error');
          expect(told.body).to.include({ statusCode: 403, error: 'Forbidden' });
          for (const scope of scopes) expect(told.body.message).to.include(scope);
          expect(bank.everything()).to.equal(before);
        });
      }

      if (body) {
        it('responds with 400 to a wrong body, and lists all its problems', async () => {
          const before = bank.everything();
          for (const bad of [{}, Object.fromEntries(Object.keys(body).map((name) => [name, [null]]))]) {
            const told = await bank.post(address(), bad);
            expect(told.status).to.equal(400);
            expect(told.body).to.include({ statusCode: 400, error: 'Bad Request' });
            expect(told.body.message).to.be.an('array').and.not.empty;
            for (const problem of told.body.message) expect(problem).to.match(/^\w+(\.\w+)? (must|should) /);
          }
          for (const noJson of ['{', '[]', 'null'])
            expect((await bank.post(address(), noJson)).status).to.equal(400);
          expect(bank.everything()).to.equal(before);
        });
      }

      for (const bad of wrong) {
        it(`responds with 400 to ${bad}`, async () => {
          expect((await bank.get(bad)).body).to.include({ statusCode: 400, error: 'Bad Request' });
        });
      }
    });
  }

  for (const [method, path] of [
    ['GET', '/wallet'],
    ['GET', '/transactions//'],
    ['GET', '/WALLET/PAYOUT/transfer'],
    ['POST', '/user/me'],
    ['PATCH', '/user/update'],
    ['POST', '/wallet/peer-transfer'],
    ['POST', '/wallet/withdrawals'],
  ] as const) {
    it(`does not have ${method} ${path}`, async () => {
      expect((await bank.call(method, path)).status).to.equal(404);
    });
  }

  for (const route of CLOSED) {
    it(`refuses ${route} with 403, because Monei does not open it to apps`, async () => {
      const [method = '', path = ''] = route.split(' ');
      expect((await bank.call(method, path, {})).status).to.equal(403);
    });
  }

  it('compares paths as Express does', async () => {
    expect((await bank.get('/Wallet/ME/?chainId=1')).status).to.equal(200);
    const { body } = await bank.get('/user/me/', { scopes: ['kyc:read'] });
    expect(body.message).to.include('profile:read');
  });

  it('responds to HEAD like to GET, without a body', async () => {
    const { api, token } = { api: bank.emulator.apiURL, token: await bank.tokenOf('ada') };
    const response = await fetch(`${api}/wallet/me`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, await response.text()]).to.deep.equal([200, '']);
  });

  it('lists the methods of a path for OPTIONS', async () => {
    const response = await fetch(`${bank.emulator.apiURL}/transactions`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).to.deep.equal([204, 'GET, HEAD, OPTIONS']);
  });

  it('does not turn its own errors into responses', async () => {
    const gone = new Error('gone');
    const call = { user: ADA, scopes: NAMES, query: new URLSearchParams(), body: () => Promise.reject(gone) };
    const found = createApi([ADA]).find('POST', '/wallet/payout/transfer');
    expect(await rejection(found?.respond(call) ?? Promise.resolve())).to.equal(gone);
    const faulty = () => {
      throw gone;
    };
    expect(() => readValues({ name: faulty }, {})).to.throw(gone);
  });

  it('responds with 401 without a valid token', async () => {
    for (const headers of [{}, { authorization: 'Bearer mct_unknown' }]) {
      const response = await fetch(`${bank.emulator.apiURL}/evm/networks`, { headers });
      expect(response.status).to.equal(401);
    }
  });
});
