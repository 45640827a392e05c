import { isJsonObject } from '../is-json-object.js';
import { assume, DOCS } from './assume.js';
import { type Assumption, type AssumptionResult, compare, NotTried } from './assumption.js';
import { describeRefusal, describeSuccess, expectedRefusal, type Reply } from './reply.js';
import { ROUTES, type Session, UNSCOPED_ROUTE } from './session.js';
import { type Shape, typeOf } from './shape.js';
import {
  BALANCE,
  BILL_PAGE,
  DEPOSIT,
  EVM_NETWORKS,
  EVM_PORTFOLIO,
  enveloped,
  KYC_LIMITS,
  KYC_STATUS,
  OFFRAMP_HISTORY,
  OFFRAMP_STATUS,
  SOLANA_ADDRESS,
  SOLANA_PORTFOLIO,
  SUB_WALLET,
  TRANSACTION_DETAILS,
  TRANSACTION_PAGE,
  USER,
  WALLET,
} from './shapes.js';

const API = 'docs.monei.cc/api-reference';
const GUESS = "guess: the types of Monei's SDKs";
const WALLET_PAGE = 'docs.monei.cc/account-management/wallet-management';
/** The type and chain of the sub-wallets. */
const SUB_WALLETS = ['FIAT null', 'CRYPTO EVM', 'CRYPTO SOLANA'];
const SCOPES_AND_SDKS = `${DOCS.scopes}; the fields are a guess from the types of Monei's SDKs`;

/** The shape of the response of each route in `ROUTES`, with the source of the shape. */
const SHAPES: Record<(typeof ROUTES)[number], { shape: Shape; source: string }> = {
  '/user/me': { shape: enveloped(USER), source: DOCS.scopes },
  '/kyc/status': { shape: enveloped(KYC_STATUS), source: SCOPES_AND_SDKS },
  '/kyc/limits': { shape: enveloped(KYC_LIMITS), source: SCOPES_AND_SDKS },
  '/wallet/me': { shape: enveloped(WALLET), source: WALLET_PAGE },
  '/wallet/me?chainId=8453': { shape: enveloped(WALLET), source: 'docs.monei.cc/core-concepts/wallets' },
  '/wallet/naira-wallet': { shape: enveloped(SUB_WALLET), source: SCOPES_AND_SDKS },
  '/transactions': { shape: enveloped(TRANSACTION_PAGE), source: `${DOCS.scopes}; ${API}/transaction` },
  '/transactions/user': { shape: enveloped(TRANSACTION_PAGE), source: `${API}/transaction` },
  '/evm/portfolio/8453': { shape: enveloped(EVM_PORTFOLIO), source: SCOPES_AND_SDKS },
  '/evm/balance/native?chainId=8453': {
    shape: enveloped(BALANCE),
    source: SCOPES_AND_SDKS,
  },
  '/evm/balance/token?tokenAddress=0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913&chainId=8453': {
    shape: enveloped(BALANCE),
    source: SCOPES_AND_SDKS,
  },
  '/solana/address': { shape: enveloped(SOLANA_ADDRESS), source: SCOPES_AND_SDKS },
  '/solana/balance': { shape: enveloped(BALANCE), source: SCOPES_AND_SDKS },
  '/solana/portfolio': { shape: enveloped(SOLANA_PORTFOLIO), source: SCOPES_AND_SDKS },
  '/bills/records': { shape: enveloped(BILL_PAGE), source: `${API}/bill-records` },
  '/offramp/ledger/history': {
    shape: OFFRAMP_HISTORY,
    source: `${DOCS.scopes}; the fields are a guess from Monei's SDK for Python`,
  },
  '/evm/networks': { shape: enveloped(EVM_NETWORKS), source: GUESS },
};

/** The assumptions about the routes that `kyc:read` and `wallet:read` open. `GET /user/me` is in profile.ts. */
export const routes: Assumption[] = [
  ...ROUTES.filter((path) => path !== '/user/me').map(shapeOfRoute),

  assume(
    'refuses every route of wallet:read to a token without it, with 403',
    DOCS.errors,
    async (session) => {
      await session.requireFreshGrant();
      const replies = [...(await session.withoutScope())].filter(([path]) => path !== '/user/me');
      const seen = new Set(replies.map(([, reply]) => describeRefusal(reply)));
      return compare(expectedRefusal(403), [...seen].join(', or '));
    },
  ),
  assume('takes any valid token at a route whose scope is not documented', 'guess', async (session) => {
    const { accessToken } = await session.first();
    return compare('status 200', `status ${(await session.read(UNSCOPED_ROUTE, accessToken)).status}`);
  }),

  assume('names the missing scope in the message of a 403', 'guess', async (session) => {
    await session.requireFreshGrant();
    const { body } = (await session.withoutScope()).get('/wallet/naira-wallet') as Reply;
    const message = isJsonObject(body) ? String(body.message) : '';
    return compare('named', message.includes('wallet:read') ? 'named' : 'not named');
  }),

  assume('gives the naira balance of a wallet as a string', WALLET_PAGE, async (session) => {
    const { nairaBalance } = dataOf((await session.readRoutes()).get('/wallet/me'));
    return compare('string', typeOf(nairaBalance));
  }),
  assume(
    'gives three sub-wallets: naira, EVM and Solana',
    'docs.monei.cc/core-concepts/wallets',
    async (session) => {
      const rows = rowsOf((await session.readRoutes()).get('/wallet/me'), 'subwallets');
      const kinds = rows.map(
        ({ type, chain }) => SUB_WALLETS.find((kind) => kind === `${type} ${chain}`) ?? 'another one',
      );
      return compare(SUB_WALLETS.join(', '), kinds.join(', '));
    },
  ),
  assume('names the field of a block explorer blockExplorerUrl', GUESS, async (session) => {
    const { body } = (await session.readRoutes()).get(UNSCOPED_ROUTE) as Reply;
    const rows = isJsonObject(body) && Array.isArray(body.data) ? body.data.filter(isJsonObject) : [];
    if (rows.length === 0) throw new NotTried('there is no network');
    return compare('string', [...new Set(rows.map((row) => typeOf(row.blockExplorerUrl)))].join(', '));
  }),

  assume('gives the same transactions at /transactions and /transactions/user', 'guess', async (session) => {
    const replies = await session.readRoutes();
    const [one, other] = ['/transactions', '/transactions/user'].map((path) =>
      JSON.stringify(rowsOf(replies.get(path), 'transactions').map((row) => row.id)),
    );
    return compare('the same', one === other ? 'the same' : 'other ones');
  }),
  assume('gives ten transactions at a time, and fewer if asked', `${API}/transaction`, async (session) => {
    const { accessToken } = await session.full();
    const pages = [];
    for (const query of ['', '?limit=1'])
      pages.push(await session.read(`/transactions${query}`, accessToken));
    const seen = pages.map((reply) => {
      const pagination = dataOf(reply).pagination;
      const { limit } = isJsonObject(pagination) ? pagination : {};
      const tooMany = typeof limit === 'number' && rowsOf(reply, 'transactions').length > limit;
      return tooMany ? 'more rows than that' : `limit ${typeof limit === 'number' ? limit : 'absent'}`;
    });
    return compare('limit 10, limit 1', seen.join(', '));
  }),
  assume('refuses a page that is not a number, with 400', 'guess', async (session) => {
    const { accessToken } = await session.full();
    return compare(
      expectedRefusal(400),
      describeRefusal(await session.read('/transactions?page=first', accessToken)),
    );
  }),
  assume('refuses a page of more than 100 rows, with 400', 'guess', async (session) => {
    const { accessToken } = await session.full();
    return compare(
      expectedRefusal(400),
      describeRefusal(await session.read('/transactions?limit=101', accessToken)),
    );
  }),
  assume('refuses a chain that Monei does not serve, with 400', 'guess', async (session) => {
    const { accessToken } = await session.full();
    return compare(
      expectedRefusal(400),
      describeRefusal(await session.read('/evm/portfolio/999999999', accessToken)),
    );
  }),

  shapeOfDetails('/transactions', 'GET /transactions/:id', (row) => `/transactions/${row.id}`),
  shapeOfDetails(
    '/transactions',
    'GET /transactions/reference/:reference',
    (row) => `/transactions/reference/${row.reference}`,
  ),
  assume('gives the documented fields at GET /wallet/deposit/status/:reference', GUESS, async (session) => {
    const { accessToken } = await session.full();
    const rows = rowsOf((await session.readRoutes()).get('/transactions'), 'transactions');
    for (const { type, reference } of rows) {
      if (type !== 'CREDIT' || typeof reference !== 'string') continue;
      const reply = await session.read(
        `/wallet/deposit/status/${encodeURIComponent(reference)}`,
        accessToken,
      );
      if (reply.status !== 404) return compareShape(reply, enveloped(DEPOSIT));
    }
    throw new NotTried('the last transactions of this user hold no deposit');
  }),
  assume(
    'gives the documented fields at GET /offramp/ledger/status/:reference, without an envelope',
    `${API}/offramp-ledger`,
    async (session) => {
      const { accessToken } = await session.full();
      const history = (await session.readRoutes()).get('/offramp/ledger/history')?.body;
      const [row] =
        isJsonObject(history) && Array.isArray(history.data) ? history.data.filter(isJsonObject) : [];
      if (typeof row?.reference !== 'string') throw new NotTried('this user has no offramp');
      const path = `/offramp/ledger/status/${encodeURIComponent(row.reference)}`;
      return compareShape(await session.read(path, accessToken), OFFRAMP_STATUS);
    },
  ),
  ...['/wallet/deposit/status/no-such-deposit', '/transactions/reference/no-such-transaction'].map((path) =>
    assume(
      `does not find an unknown reference at ${path.replace(/[^/]*$/, ':reference')}, with 404`,
      'guess',
      async (session) => {
        const { accessToken } = await session.full();
        return compare(expectedRefusal(404), describeRefusal(await session.read(path, accessToken)));
      },
    ),
  ),
];

function shapeOfRoute(path: (typeof ROUTES)[number]): Assumption {
  const { shape, source } = SHAPES[path];
  return assume(`gives the documented fields at GET ${shorten(path)}`, source, async (session) =>
    compareShape((await session.readRoutes()).get(path) as Reply, shape),
  );
}

/** Returns an assumption about the response of a route that shows one transaction. */
function shapeOfDetails(
  list: string,
  name: string,
  pathOf: (row: Record<string, unknown>) => string,
): Assumption {
  return assume(`gives the documented fields at ${name}`, GUESS, async (session: Session) => {
    const { accessToken } = await session.full();
    const [row] = rowsOf((await session.readRoutes()).get(list), 'transactions');
    if (!row) throw new NotTried('this user has no transaction');
    return compareShape(await session.read(pathOf(row), accessToken), enveloped(TRANSACTION_DETAILS));
  });
}

/** Compares the body of a success with a shape. */
export function compareShape(reply: Reply, shape: Shape): AssumptionResult {
  const { expected, seen } = describeSuccess(reply, shape);
  return compare(expected, seen);
}

function dataOf(reply: Reply | undefined): Record<string, unknown> {
  const body = reply?.body;
  return isJsonObject(body) && isJsonObject(body.data) ? body.data : {};
}

function rowsOf(reply: Reply | undefined, name: string): Record<string, unknown>[] {
  const rows = dataOf(reply)[name];
  return Array.isArray(rows) ? rows.filter(isJsonObject) : [];
}

/** Returns a route without the values in its path and query. */
function shorten(path: string): string {
  return path.replace(/=[^&]*/g, '').replace('/8453', '/:chainId');
}
