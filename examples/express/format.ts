/** Formats an amount of naira: `NGN 125,000.50`. */
export function naira(amount: number | string): string {
  return `NGN ${digits(Number(amount), 2)}`;
}

/** Formats an amount of a token, which Monei sends as a decimal string. */
export function tokens(amount: number | string, symbol: string): string {
  return `${digits(Number(amount), 0)} ${symbol}`;
}

/** Formats an amount of naira or of a token. */
export function money(amount: number, currency = 'NGN'): string {
  return currency === 'NGN' ? naira(amount) : tokens(amount, currency);
}

/** Formats a point in time, in UTC: `2026-01-15 09:30`. */
export function time(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function digits(amount: number, decimals: number): string {
  return amount.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: 8 });
}
