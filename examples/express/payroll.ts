import express, { Router } from 'express';
import { memoryJournal } from '../payments/memory-journal.js';
import { type Payment, type PaymentRecord, payAll } from '../payments/payments.js';
import { lineIfAvailable, nairaLine } from './balances.js';
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
import { naira } from './format.js';
import { type Html, html } from './html.js';
import { sendPage, sendProblem } from './layout.js';
import { OneTimeForms } from './one-time-forms.js';
import { NOT_FOUND, type Problem } from './problems.js';
import type { SignIn } from './sign-in.js';
import { forUser } from './user.js';

const ROWS = [1, 2, 3, 4, 5];

const PIN: Field = {
  name: 'pin',
  label: 'Your transaction PIN at Monei',
  pattern: /^\d{4,6}$/,
  complaint: 'Enter the 4 to 6 digits of your PIN.',
  type: 'password',
  inputMode: 'numeric',
};

/** A row of the form. */
interface Row {
  receiver: string;
  amount: number;
}

/** A row with the record of its payment. */
type PaidRow = Row & PaymentRecord;

const TOO_OLD: Problem = {
  status: 409,
  title: 'This form is too old',
  message:
    'No one was paid now. If you sent it before, look into your transactions before you fill in a new one.',
  action: { href: '/payroll', label: 'New payroll' },
};

/** Creates the routes of Payroll, which pays several people at once. */
export function payroll(signIn: SignIn): Router {
  const forms = new OneTimeForms<PaidRow[]>();
  const journal = memoryJournal(); // A real app keeps it in its database.
  const allowed = signIn.require(['wallet:send'], '/payroll/allow');
  const router = Router();
  router.get('/payroll/allow', signIn.ask(['wallet:send'], '/payroll'));
  router.get('/payroll/balance', signIn.ask(['wallet:read'], '/payroll'));

  router.get(
    '/payroll',
    allowed,
    forUser(async ({ id }, req, res) => {
      const balance = await nairaLine(signIn, id, '/payroll/balance');
      sendPage(req, res, 'Payroll', formPage(balance, forms.open(id), EMPTY));
    }),
  );

  router.post(
    '/payroll',
    allowed,
    express.urlencoded({ extended: false, limit: '10kb' }),
    forUser(async ({ id }, req, res) => {
      const { form: formId = '' } = readValues(req.body);
      const form = readPayroll(req.body);
      if (!isComplete(form)) {
        const balance = await nairaLine(signIn, id, '/payroll/balance');
        return sendPage(req, res.status(422), 'Error: Payroll', formPage(balance, formId, form));
      }
      const run = forms.submit(id, formId, async () => {
        const rows = rowsOf(form);
        const payments = rows.map((row, place) => transferTo(row, `${formId}-${place}`));
        const transactionPin = form.values.pin ?? '';
        const records = await payAll(payments, {
          keeper: signIn.keeper,
          journal,
          userId: id,
          transactionPin,
        });
        return rows.map((row, place) => Object.assign(row, records[place]));
      });
      if (!run) return sendProblem(req, res, TOO_OLD);
      await run;
      // A redirect, so that a reload does not send the form again.
      res.redirect(303, `/payroll/${formId}`);
    }),
  );

  router.get(
    '/payroll/:form',
    forUser(async ({ id }, req, res) => {
      const run = await forms.outcome(id, String(req.params.form));
      if (!run) return sendProblem(req, res, NOT_FOUND);
      const balance = await lineIfAvailable(nairaLine(signIn, id, '/payroll/balance'));
      sendPage(req, res, 'Payroll: what was paid', outcomePage(balance, run));
    }),
  );
  return router;
}

/** Reads the form without its empty rows. If all are empty, the first one gets the complaints. */
function readPayroll(body: unknown): FilledForm {
  const values = readValues(body);
  const filled = ROWS.filter((row) => values[`receiver${row}`] || values[`amount${row}`]);
  const fields = (filled.length > 0 ? filled : ROWS.slice(0, 1)).flatMap(rowFields);
  return readForm([...fields, PIN], body);
}

function rowsOf({ values }: FilledForm): Row[] {
  return ROWS.filter((row) => values[`receiver${row}`]).map((row) => ({
    receiver: values[`receiver${row}`] ?? '',
    amount: Number(values[`amount${row}`]),
  }));
}

function transferTo(body: Row, id: string): Payment {
  return { id, route: 'POST /wallet/payout/transfer', body };
}

function rowFields(row: number): [receiver: Field, amount: Field] {
  return [
    {
      name: `receiver${row}`,
      label: `Person ${row}: email or phone`,
      labelHidden: true,
      pattern: /^([^\s@]{1,64}@[^\s@]{1,189}|\+\d{8,15})$/,
      complaint: 'Enter an email address, or a phone number that begins with +.',
      inputMode: 'email',
    },
    {
      name: `amount${row}`,
      label: `Person ${row}: naira`,
      labelHidden: true,
      pattern: amountPattern(2),
      complaint: 'Enter an amount like 1500 or 1500.50.',
      inputMode: 'decimal',
    },
  ];
}

function formPage(balance: Html, formId: string, form: FilledForm): Html {
  return html`
      <h1>Payroll</h1>
      <section class="card" aria-label="New payroll">
        ${balance}
        <form method="post" action="/payroll" novalidate>
          <input type="hidden" name="form" value="${formId}">
          <table class="entry">
            <caption class="hidden">Who to pay, and how much</caption>
            <thead><tr><th scope="col">Email or phone</th><th scope="col">Naira</th></tr></thead>
            <tbody>${ROWS.map(
              (row) => html`
            <tr>${rowFields(row).map((field) => html`<td>${fieldInput(field, form)}</td>`)}</tr>`,
            )}
            </tbody>
          </table>
          ${fieldInput(PIN, form)}
          <div class="actions"><button class="primary">Pay</button></div>
        </form>
        <p class="quiet">People are found by the email address or phone number that they use at Monei. Sent twice, this form
        pays once.</p>
      </section>`;
}

function outcomePage(balance: Html, run: readonly PaidRow[]): Html {
  const paid = run.filter(({ state }) => state === 'paid');
  const words = {
    paying: 'Being paid',
    paid: 'Paid',
    refused: 'Not paid',
    not_sent: 'Not paid',
    unclear: 'Unclear',
  };
  return html`
      <h1>${paid.length} of ${run.length} paid</h1>
      <section class="card" aria-label="What was paid">
        ${balance}
        <table>
          <caption>${naira(paid.reduce((sum, { amount }) => sum + amount, 0))} were paid</caption>
          <thead><tr><th scope="col">Person</th><th scope="col" class="number">Amount</th></tr></thead>
          <tbody>${run.map(
            ({ receiver, amount, state, reason }) => html`
            <tr>
              <th scope="row">${receiver} <span class="detail"><strong class="${state}">${words[state]}.</strong> ${reason ?? ''}</span></th>
              <td class="number">${naira(amount)}</td>
            </tr>`,
          )}
          </tbody>
        </table>
        <div class="actions">
          <a class="button" href="/payroll">New payroll</a>
          <a class="button" href="/budget">See transactions</a>
        </div>
      </section>`;
}
