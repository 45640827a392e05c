import express, { Router } from 'express';
import type { MoneiEvmTransaction, MoneiSwapPrice } from 'passport-monei';
import type { TokenKeeper } from 'passport-monei/tokens';
import { lineIfAvailable, tokenLine } from './balances.js';
import {
  amountPattern,
  EMPTY,
  type Field,
  type FilledForm,
  fieldInput,
  isComplete,
  readForm,
  readValues,
} from './form.js';
import { tokens } from './format.js';
import { type Html, html } from './html.js';
import { sendPage, sendProblem } from './layout.js';
import { requestMonei } from './monei-api.js';
import { OneTimeForms } from './one-time-forms.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { NOT_FOUND, type Problem } from './problems.js';
import { refuseOtherSites } from './security.js';
import type { SignIn } from './sign-in.js';
import { forUser } from './user.js';

/** The id of the chain Base. */
const CHAIN = 8453;
/** The addresses of some tokens on Base. */
const TOKENS: Record<string, string> = {
  USDC: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  USDT: '0xfde4C96c8593536E31F229EA8f37b2ADa2699bb2',
  CNGN: '0x46C85152bFe9f96829aA94755D9f915F9B10EF5F',
};

const PAIRS = Object.keys(TOKENS).flatMap((from, _index, all) =>
  all.filter((to) => to !== from).map((to) => `${from} to ${to}`),
);

const PAIR: Field = {
  name: 'pair',
  label: 'From and to',
  pattern: new RegExp(`^(${PAIRS.join('|')})$`),
  complaint: 'Choose what to swap.',
  options: PAIRS,
};

const AMOUNT: Field = {
  name: 'amount',
  label: 'Amount to give',
  pattern: amountPattern(6),
  complaint: 'Enter an amount like 5 or 5.25.',
  inputMode: 'decimal',
};

interface Order {
  from: string;
  to: string;
  amount: string;
}

const TOO_OLD: Problem = {
  status: 409,
  title: 'This price is too old',
  message:
    'Nothing was swapped now. If you confirmed it before, look into your transactions before you try again.',
  action: { href: '/swap', label: 'New swap' },
};

/** Creates the routes of Swap, which shows a price first, and swaps when the user confirms it. */
export function swap(signIn: SignIn): Router {
  const forms = new OneTimeForms<Order & Outcome>();
  const allowed = signIn.require(['swap:execute'], '/swap/allow');
  const holdings = (userId: string) => tokenLine(signIn, userId, CHAIN, '/swap/balance');
  const router = Router();
  router.get('/swap/allow', signIn.ask(['swap:execute'], '/swap'));
  router.get('/swap/balance', signIn.ask(['wallet:read'], '/swap'));

  router.get(
    '/swap',
    allowed,
    forUser(async ({ id }, req, res) => {
      sendPage(req, res, 'Swap', formPage(await holdings(id), EMPTY));
    }),
  );

  router.get(
    '/swap/price',
    refuseOtherSites, // Each price costs a request to Monei.
    allowed,
    forUser(async ({ id }, req, res) => {
      const form = readForm([PAIR, AMOUNT], req.query);
      if (!isComplete(form)) {
        return sendPage(req, res.status(422), 'Error: Swap', formPage(await holdings(id), form));
      }
      const price = await requestMonei<MoneiSwapPrice>(
        signIn.keeper,
        id,
        'POST /evm-exchange/price/token-to-token',
        bodyOf(orderOf(form)),
      );
      sendPage(req, res, 'Swap: the price', pricePage(price, forms.open(id), form));
    }),
  );

  router.post(
    '/swap',
    allowed,
    express.urlencoded({ extended: false, limit: '10kb' }),
    forUser(async ({ id }, req, res) => {
      const { form: formId = '' } = readValues(req.body);
      const form = readForm([PAIR, AMOUNT], req.body);
      const swapped =
        isComplete(form) && forms.submit(id, formId, () => execute(signIn.keeper, id, orderOf(form)));
      if (!swapped) return sendProblem(req, res, TOO_OLD);
      await swapped;
      // A redirect, so that a reload does not send the form again.
      res.redirect(303, `/swap/${formId}`);
    }),
  );

  router.get(
    '/swap/:form',
    forUser(async ({ id }, req, res) => {
      const swapped = await forms.outcome(id, String(req.params.form));
      if (!swapped) return sendProblem(req, res, NOT_FOUND);
      sendPage(req, res, 'Swap: what was done', outcomePage(await lineIfAvailable(holdings(id)), swapped));
    }),
  );
  return router;
}

function orderOf({ values: { pair = '', amount = '' } }: FilledForm): Order {
  const [from = '', to = ''] = pair.split(' to ');
  return { from, to, amount };
}

function bodyOf({ from, to, amount }: Order) {
  return { tokenIn: TOKENS[from], tokenOut: TOKENS[to], amount, chainId: CHAIN };
}

/** Swaps at the current price: Monei's route does not accept the price that the page showed. */
async function execute(keeper: TokenKeeper, userId: string, order: Order): Promise<Order & Outcome> {
  try {
    const { txHash } = await requestMonei<MoneiEvmTransaction>(
      keeper,
      userId,
      'POST /evm-exchange/token-to-token',
      bodyOf(order),
    );
    return { ...order, outcome: 'done', details: `Transaction ${txHash}` };
  } catch (error) {
    return { ...order, ...outcomeOf(error) };
  }
}

function formPage(holdings: Html, form: FilledForm): Html {
  return html`
      <h1>Swap</h1>
      <section class="card" aria-label="New swap">
        ${holdings}
        <form action="/swap/price" novalidate>
          ${fieldInput(PAIR, form)}
          ${fieldInput(AMOUNT, form)}
          <div class="actions"><button class="primary">Ask for the price</button></div>
        </form>
        <p class="quiet">Tokens on Base. Nothing is swapped before you confirm.</p>
      </section>`;
}

function pricePage(price: MoneiSwapPrice, formId: string, form: FilledForm): Html {
  const { from, to, amount } = orderOf(form);
  const { toAmount, minToAmount, liquidityAvailable } = price;
  return html`
      <h1>Swap ${tokens(amount, from)} for ${tokens(toAmount, to)}?</h1>
      <section class="card" aria-label="The price">
        <p>${
          liquidityAvailable
            ? `You get about ${tokens(toAmount, to)}, and at least ${tokens(minToAmount, to)} if the price moves.`
            : 'This amount is not on offer right now. Try a smaller one, or come back later.'
        }</p>
        <form method="post" action="/swap">
          <input type="hidden" name="form" value="${formId}">
          <input type="hidden" name="pair" value="${form.values.pair}">
          <input type="hidden" name="amount" value="${amount}">
          <div class="actions">
            ${liquidityAvailable && html`<button class="primary">Swap</button>`}
            <a class="button" href="/swap">Cancel</a>
          </div>
        </form>
      </section>`;
}

function outcomePage(holdings: Html, { from, to, amount, outcome, details }: Order & Outcome): Html {
  const words = { done: 'Swapped', refused: 'Not swapped', not_sent: 'Not swapped', unclear: 'Unclear' };
  return html`
      <h1>${words[outcome]}: ${tokens(amount, from)} for ${to}</h1>
      <section class="card" aria-label="What was done">
        <p class="outcome ${outcome}">${details}</p>
        ${holdings}
        <div class="actions">
          <a class="button" href="/swap">New swap</a>
          <a class="button" href="/budget">See transactions</a>
        </div>
      </section>`;
}
