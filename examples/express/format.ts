/** Naira with its digits grouped: `NGN 125,000.50`. */
export function naira(amount: number | string): string {
  return `NGN ${digits(Number(amount), 2)}`;
}

/** An amount of a token: a decimal string, as Monei gives it. */
export function tokens(amount: number | string, symbol: string): string {
  return `${digits(Number(amount), 0)} ${symbol}`;
}

/** An amount of naira, or of a token. */
export function money(amount: number, currency = 'NGN'): string {
  return currency === 'NGN' ? naira(amount) : tokens(amount, currency);
}

/** The day and the time, in UTC: `2026-01-15 09:30`. */
export function time(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function digits(amount: number, decimals: number): string {
  return amount.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: 8 });
}
