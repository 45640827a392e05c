import { Router } from 'express';
import type { MoneiTransaction, MoneiTransactionPage, MoneiWallet } from 'passport-monei';
import { type Bar, barChart } from './chart.js';
import { money, naira, time, tokens } from './format.js';
import { type Html, html } from './html.js';
import { sendPage } from './layout.js';
import { requestMonei } from './monei-api.js';
import type { SignIn } from './sign-in.js';
import { forUser } from './user.js';

/** The largest number of transactions in the chart. */
const CHARTED = 100;
/** The largest number of bars. The last one adds up the rest. */
const BARS = 6;

/** Creates the routes of Budget, which shows balances and spending. */
export function budget(signIn: SignIn): Router {
  const router = Router();
  router.get('/budget/allow', signIn.ask(['wallet:read'], '/budget'));
  router.get(
    '/budget',
    signIn.require(['wallet:read'], '/budget/allow'),
    forUser(async ({ id }, req, res) => {
      const page = pageNumber(req.query.page);
      const [wallet, listed, recent] = await Promise.all([
        requestMonei<MoneiWallet>(signIn.keeper, id, 'GET /wallet/me'),
        requestMonei<MoneiTransactionPage>(signIn.keeper, id, `GET /transactions?page=${page}&limit=10`),
        requestMonei<MoneiTransactionPage>(signIn.keeper, id, `GET /transactions?page=1&limit=${CHARTED}`),
      ]);
      sendPage(
        req,
        res,
        'Budget',
        html`
      <h1>Budget</h1>
      ${balances(wallet)}
      ${spending(recent.transactions)}
      ${history(listed)}`,
      );
    }),
  );
  return router;
}

function pageNumber(text: unknown): number {
  return typeof text === 'string' && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

function balances({ nairaBalance, subwallets }: MoneiWallet): Html {
  const crypto = subwallets.filter(({ type }) => type === 'CRYPTO');
  return html`
      <section class="card" aria-labelledby="balances">
        <h2 id="balances">Balances</h2>
        <table>
          <caption>What your Monei wallet holds</caption>
          <tbody>
            <tr><th scope="row">Naira</th><td class="number">${naira(nairaBalance)}</td></tr>
            ${crypto.map(
              ({ chain, currency, balance }) => html`
            <tr><th scope="row">${chain ?? 'Crypto'}</th><td class="number">${tokens(balance, currency)}</td></tr>`,
            )}
          </tbody>
        </table>
      </section>`;
}

function spending(transactions: readonly MoneiTransaction[]): Html {
  const bars = spendingByKind(transactions);
  return html`
      <section class="card" aria-labelledby="spending">
        <h2 id="spending">Spending by kind</h2>
        ${bars.length > 0 ? barChart('Spending by kind', bars) : html`<p>You have not spent anything yet.</p>`}
        <p class="quiet">Of your last ${CHARTED} transactions, in naira.</p>
      </section>`;
}

/** Returns the sum of each kind of spending, the largest first. */
function spendingByKind(transactions: readonly MoneiTransaction[]): Bar[] {
  const sums = new Map<string, number>();
  for (const transaction of transactions.filter(isSpending)) {
    const kind = kindOf(transaction);
    sums.set(kind, (sums.get(kind) ?? 0) + transaction.amount);
  }
  const kinds = [...sums].sort(([, one], [, other]) => other - one);
  const rest = kinds.splice(kinds.length > BARS ? BARS - 1 : BARS);
  if (rest.length > 0) kinds.push(['Everything else', rest.reduce((sum, [, value]) => sum + value, 0)]);
  return kinds.map(([label, value]) => ({ label, value, text: naira(value) }));
}

function isSpending(transaction: MoneiTransaction): boolean {
  const { status, currency = 'NGN' } = transaction;
  return !isIncome(transaction) && status !== 'FAILED' && currency === 'NGN';
}

/** Whether a transaction is income. Only the narration of a transfer between people says who paid whom. */
function isIncome({ type, narration }: MoneiTransaction): boolean {
  return type === 'CREDIT' || (type === 'PEER-TRANSFER' && Boolean(narration?.startsWith('Transfer from')));
}

/** Returns the kind of a debit: its narration without the receiver. Monei has no field for it. */
function kindOf({ type, narration }: MoneiTransaction): string {
  if (type === 'PEER-TRANSFER') return 'Sent to people';
  return narration?.split(/ (?:for|to) /)[0] || 'Other';
}

function history({ transactions, pagination }: MoneiTransactionPage): Html {
  const { page, totalPages, hasNextPage, hasPreviousPage } = pagination;
  return html`
      <section class="card" aria-labelledby="transactions">
        <h2 id="transactions">Transactions</h2>
        <table>
          <caption>Page ${page} of ${Math.max(1, totalPages)}, the newest first. Times are in UTC.</caption>
          <thead><tr><th scope="col">What</th><th scope="col" class="number">Amount</th></tr></thead>
          <tbody>${transactions.map(
            (transaction) => html`
            <tr>
              <th scope="row">${transaction.narration || 'Transaction'}
                <span class="detail">${transaction.createdAt && html`${time(transaction.createdAt)}, `}${transaction.status.toLowerCase()}</span></th>
              <td class="number">${isIncome(transaction) ? '+' : '−'}${money(transaction.amount, transaction.currency)}</td>
            </tr>`,
          )}
          </tbody>
        </table>
        <nav class="actions" aria-label="Pages of transactions">
          ${hasPreviousPage && html`<a class="button" href="/budget?page=${page - 1}">Newer</a>`}
          ${hasNextPage && html`<a class="button" href="/budget?page=${page + 1}">Older</a>`}
        </nav>
      </section>`;
}
