import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { type RequireScopesOptions, requireScopes } from 'passport-monei';
import type { TokenKeeper } from 'passport-monei/tokens';
import { amount } from './amount.js';
import { type Field, isComplete, readForm } from './form.js';
import { type MoneyPage, moneyPage } from './money-page.js';
import { missingForForm } from './problems.js';
import { frameOf, showProblem } from './respond.js';
import { forUser, onlyUsers, userOf } from './user.js';

/** A page for one kind of payment, and what it would have Monei do. */
interface Payment extends MoneyPage {
  /** Says what Monei would be asked to do. */
  summary(values: Record<string, string>): string;
}

const AMOUNT: Field = {
  name: 'amount',
  label: 'Amount in naira',
  hint: 'Digits, and at most two decimals: 1500 or 1500.50',
  inputMode: 'decimal',
  autocomplete: 'off',
  pattern: /^(?=.*[1-9])\d{1,9}(\.\d{1,2})?$/,
  complaint: 'Enter an amount of more than 0, with digits and at most two decimals.',
};

const SEND: Payment = {
  path: '/send',
  title: 'Send money',
  lead: 'Send naira from your wallet to another Monei user.',
  fields: [
    {
      name: 'recipient',
      label: 'Email address of the recipient',
      hint: 'The one that they use at Monei: obi@example.com',
      inputMode: 'email',
      autocomplete: 'off',
      pattern: /^[^\s@]{1,64}@[^\s@]{1,189}$/,
      complaint: 'Enter an email address.',
    },
    AMOUNT,
  ],
  summary: (values) =>
    `would call Monei (POST /wallet/payout/transfer) to send ${naira(values)} to ${values.recipient}`,
};

const AIRTIME: Payment = {
  path: '/bills',
  title: 'Buy airtime',
  lead: 'Top up a phone from your wallet.',
  fields: [
    {
      name: 'phone',
      label: 'Phone number',
      hint: 'With the country code, and without spaces: +2348012345678',
      inputMode: 'tel',
      autocomplete: 'tel',
      pattern: /^\+\d{8,15}$/,
      complaint: 'Enter a phone number that begins with + and the country code, without spaces.',
    },
    AMOUNT,
  ],
  summary: (values) => `would call Monei to buy airtime of ${naira(values)} for ${values.phone}`,
};

/**
 * The pages that move money. Each lets only those pass who allowed that at Monei, and has the others asked.
 *
 * @param ask sends a user to Monei for these scopes, and brings them back to where they were
 */
export function moneyRoutes(keeper: TokenKeeper, ask: (scopes: string[]) => RequestHandler): Router {
  const options: RequireScopesOptions<Request, Response> = {
    granted(req) {
      const user = userOf(req);
      return user && keeper.scopes(user.id);
    },
    onMissing(req, res, next, missing) {
      if (req.method === 'POST') showProblem(req, res, missingForForm(missing, req.path));
      else ask(missing)(req, res, next);
    },
  };
  const maySend = requireScopes(['wallet:send'], options);
  const mayPayBills = requireScopes(['bills:pay'], options);
  const form = express.urlencoded({ extended: false, limit: '10kb' });

  const router = Router();
  router.use(['/send', '/bills'], onlyUsers);
  router.get('/send', maySend, show(SEND));
  router.post('/send', maySend, form, pay(SEND, keeper));
  router.get('/bills', mayPayBills, show(AIRTIME));
  router.post('/bills', mayPayBills, form, pay(AIRTIME, keeper));
  return router;
}

function show(payment: Payment): RequestHandler {
  return (req, res) => {
    res.send(moneyPage(frameOf(req), payment));
  };
}

function pay(payment: Payment, keeper: TokenKeeper): RequestHandler {
  return forUser(async ({ id }, req, res) => {
    const form = readForm(payment.fields, req.body);
    if (!isComplete(form)) return res.status(422).send(moneyPage(frameOf(req), payment, form));
    // A real app makes its call with this. Monei does not document what the call has to hold, so this one stops here.
    await keeper.accessToken(id);
    const text = `No money was moved. Here your app ${payment.summary(form.values)}.`;
    req.session.notice = { kind: 'info', text };
    // Reloading the page that this leads to sends nothing again.
    res.redirect(303, payment.path);
  });
}

function naira(values: Record<string, string>): string {
  return `NGN ${amount(Number(values.amount))}`;
}
