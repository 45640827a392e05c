import fetch, { type Response } from 'node-fetch';

export interface Balance {
  currency: string;
  balance: number | string;
}

/** What came of a look into the wallet. */
export type WalletAnswer =
  | { kind: 'balances'; balances: Balance[] }
  /** Data in a form that this app doesn't know. */
  | { kind: 'data'; data: unknown }
  /** Monei no longer accepts the token: the user took the access back in Monei's settings. */
  | { kind: 'unauthorized' }
  | { kind: 'failed'; message: string };

/** An answer is cut off past this many bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads the user's wallet. Only to be called with a token that has the scope `wallet:read`.
 *
 * @param timeout milliseconds for the call, body included
 */
export async function readWallet(
  apiBase: string,
  accessToken: string,
  timeout: number,
): Promise<WalletAnswer> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(`${apiBase}/wallet/me`, {
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      size: MAX_BODY_BYTES,
      signal,
    });
    return await readAnswer(response);
  } catch {
    const reason = signal.aborted
      ? 'did not answer in time'
      : 'could not be reached, or sent no usable answer';
    return { kind: 'failed', message: `Monei ${reason}. Reload this page in a moment.` };
  }
}

async function readAnswer(response: Response): Promise<WalletAnswer> {
  if (response.ok) return walletOf(await response.json());
  response.body?.resume(); // Read to the end, so that the connection is freed.
  switch (response.status) {
    case 401:
      return { kind: 'unauthorized' };
    case 403:
      return { kind: 'failed', message: 'Monei does not let this app see your wallet.' };
    case 429:
      return { kind: 'failed', message: 'Monei is asked too often right now. Reload this page in a minute.' };
    default:
      return {
        kind: 'failed',
        message: `Monei could not show your wallet (status ${response.status}). Reload this page in a moment.`,
      };
  }
}

/** The balances of the sub-wallets, or whatever it is. */
function walletOf(body: unknown): WalletAnswer {
  const data = isObject(body) && 'data' in body ? body.data : body;
  const balances = isObject(data) ? data.subwallets : undefined;
  return Array.isArray(balances) && balances.every(isBalance)
    ? { kind: 'balances', balances }
    : { kind: 'data', data };
}

function isBalance(value: unknown): value is Balance {
  if (!isObject(value)) return false;
  const { currency, balance } = value;
  return typeof currency === 'string' && (typeof balance === 'number' || typeof balance === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
