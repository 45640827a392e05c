import { setTimeout as wait } from 'node:timers/promises';
import type {
  MoneiBankTransferRequest,
  MoneiEnvelope,
  MoneiTransactionStatus,
  MoneiTransferRequest,
} from 'passport-monei';
import type { TokenKeeper } from 'passport-monei/tokens';

/**
 * A payment that the app has decided on. `id` is the app's own, one for each debt: a payment with a known id is never sent
 * again. The transaction PIN is not part of it, because payments are stored.
 */
export type Payment =
  | { id: string; route: 'POST /wallet/payout/transfer'; body: Omit<MoneiTransferRequest, 'transactionPin'> }
  | {
      id: string;
      route: 'POST /wallet/payout/bank-transfer';
      /** With the `reference`, a payment in doubt can be looked up. Monei accepts each reference once. */
      body: Omit<MoneiBankTransferRequest, 'transactionPin'> & { reference: string };
    };

/**
 * - `paying`: the request is about to be sent, or the process that sent it ended before the response came
 * - `paid`: Monei accepted the payment
 * - `refused`: Monei refused it, and nothing was paid
 * - `not_sent`: the request did not reach Monei, or Monei acted on nothing. The next run sends it.
 * - `unclear`: it may have been paid. A person has to find out.
 */
export type PaymentState = 'paying' | 'paid' | 'refused' | 'not_sent' | 'unclear';

/** The state of a payment in the journal. */
export interface PaymentRecord {
  state: PaymentState;
  /** Why, in words for the person who reads the report. */
  reason?: string;
}

/** The app's own record of payments, in its database. Both functions resolve when the database has confirmed. */
export interface PaymentJournal {
  /** Returns the record of a payment, or `undefined`. */
  load(id: string): Promise<PaymentRecord | undefined>;
  /**
   * Writes the record of a payment if its stored state is `before` (`undefined`: nothing is stored), compared and written in
   * one step. Resolves with whether it was written.
   */
  replace(id: string, before: PaymentState | undefined, record: PaymentRecord): Promise<boolean>;
}

/** Options of `payOnce` and `payAll`. */
export interface PayOptions {
  keeper: Pick<TokenKeeper, 'fetch'>;
  journal: PaymentJournal;
  /** The user who pays. */
  userId: string;
  /** The user's own PIN at Monei. The app asks for it and does not store it. */
  transactionPin: string;
  /** Pauses before a request that did not reach Monei is sent again, in milliseconds. Default: 1000 and 5000. */
  pauses?: readonly number[];
}

/** Pays one after the other. Returns the record of every payment, in the same order. */
export async function payAll(payments: readonly Payment[], options: PayOptions): Promise<PaymentRecord[]> {
  const records: PaymentRecord[] = [];
  for (const payment of payments) records.push(await payOnce(payment, options));
  return records;
}

/**
 * Pays, unless the journal says that this payment was begun before. Then the payment is looked up and not sent again.
 *
 * @throws what the journal rejects with. A later run with the same payment continues.
 */
export async function payOnce(payment: Payment, options: PayOptions): Promise<PaymentRecord> {
  const { journal } = options;
  const known = await journal.load(payment.id);
  if (known?.state === 'paid' || known?.state === 'refused') return known;
  if (known?.state === 'paying' || known?.state === 'unclear') return settle(payment, known.state, options);

  if (!(await journal.replace(payment.id, known?.state, { state: 'paying' }))) {
    return { state: 'paying', reason: 'another process is sending this payment' };
  }
  const result = await send(payment, options);
  await writeResult(payment.id, result, journal);
  return result;
}

/**
 * Settles a payment that is `unclear`, after a person has looked at the wallet.
 *
 * @param decision `paid`: the money arrived. `not_sent`: it did not, and the next run sends the payment.
 * @returns whether the payment was `unclear`
 */
export function decide(journal: PaymentJournal, id: string, decision: 'paid' | 'not_sent'): Promise<boolean> {
  return journal.replace(id, 'unclear', { state: decision, reason: 'A person decided this.' });
}

/** Sends the request, and repeats it only if it did not reach Monei. */
async function send(payment: Payment, options: PayOptions): Promise<PaymentRecord> {
  for (const pause of options.pauses ?? [1_000, 5_000]) {
    const { record, reachedMonei } = await sendOnce(payment, options);
    if (reachedMonei) return record;
    await wait(pause);
  }
  return (await sendOnce(payment, options)).record;
}

async function sendOnce(
  payment: Payment,
  options: PayOptions,
): Promise<{ record: PaymentRecord; reachedMonei: boolean }> {
  const [method = '', path = ''] = payment.route.split(' ');
  const body = JSON.stringify({ ...payment.body, transactionPin: options.transactionPin });
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await options.keeper.fetch(options.userId, path, { method, headers, body });
    const record = readPayment(response.status, await readJSON(response));
    return { record: record ?? (await lookUp(payment, options)), reachedMonei: true };
  } catch (error) {
    if (mayHavePaid(error)) return { record: await lookUp(payment, options), reachedMonei: true };
    const record: PaymentRecord = { state: 'not_sent', reason: String(Object(error).message) };
    return { record, reachedMonei: Object(error).requestSent !== false };
  }
}

/** Whether Monei may have acted on a request to its API that ended in `error`. In doubt, it has. */
export function mayHavePaid(error: unknown): boolean {
  const { code, endpoint, requestSent } = Object(error);
  if (['missing_scope', 'reconnect_required', 'lock_timeout'].includes(code)) return false;
  return requestSent !== false && (endpoint === 'api' || endpoint === undefined);
}

/** Returns what a response says about the payment, or `undefined` if it leaves a doubt. */
function readPayment(status: number, body: Partial<MoneiEnvelope<unknown>>): PaymentRecord | undefined {
  // A gateway between the app and Monei responds in another form, and may have passed the request on.
  if (typeof body.statusCode !== 'number') return undefined;
  const reason = `Monei says: ${String(body.message).slice(0, 200)} (${status})`;
  if (status >= 200 && status < 300) {
    const state = readStatus(body.data) === 'FAILED' ? 'refused' : 'paid';
    return state === 'paid' ? { state } : { state, reason };
  }
  // Too many requests, or tokens that have expired: Monei did not look at the payment.
  if (status === 429 || status === 401) return { state: 'not_sent', reason };
  // 408: Monei may have stopped in the middle. 409: Monei knows the reference, so an earlier request has reached it.
  if (status >= 400 && status < 500 && status !== 408 && status !== 409) return { state: 'refused', reason };
  return undefined;
}

/** Looks up a payment that was begun before. */
async function settle(payment: Payment, before: PaymentState, options: PayOptions): Promise<PaymentRecord> {
  const result = await lookUp(payment, options);
  if (await options.journal.replace(payment.id, before, result)) return result;
  return (await options.journal.load(payment.id)) ?? result; // The process that sent it was still at work.
}

/** Finds a payment by its reference. Only a final status settles it. */
async function lookUp({ route, body }: Payment, { keeper, userId }: PayOptions): Promise<PaymentRecord> {
  const unclear = (reason: string): PaymentRecord => ({ state: 'unclear', reason });
  if (route !== 'POST /wallet/payout/bank-transfer')
    return unclear('A transfer has no reference to look for.');
  try {
    const path = `/transactions/reference/${encodeURIComponent(body.reference)}`;
    const response = await keeper.fetch(userId, path);
    const { data } = await readJSON(response);
    if (!response.ok) return unclear(`Monei does not find the reference (${response.status}).`);
    const { reference, amount } = Object(data);
    if (reference !== body.reference || Number(amount) !== body.amount) {
      return unclear('Monei finds another payment under this reference.');
    }
    const status = readStatus(data);
    if (status === 'SUCCESS' || status === 'COMPLETED') return { state: 'paid' };
    if (status === 'FAILED') return { state: 'refused', reason: 'Monei says that the payment failed.' };
    return unclear('The payment is pending at Monei.');
  } catch (error) {
    return unclear(`The payment could not be looked up: ${String(Object(error).message)}`);
  }
}

/** Writes the result of the process that sent the payment. It replaces what other processes wrote. */
async function writeResult(id: string, result: PaymentRecord, journal: PaymentJournal): Promise<void> {
  let before: PaymentState | undefined = 'paying';
  while (!(await journal.replace(id, before, result))) before = (await journal.load(id))?.state;
}

function readStatus(data: unknown): MoneiTransactionStatus | undefined {
  return Object(data).status;
}

async function readJSON(response: Response): Promise<Partial<MoneiEnvelope<unknown>>> {
  return Object(await response.json().catch(() => undefined));
}
