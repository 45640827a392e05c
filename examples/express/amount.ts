/** Numbers with their digits grouped. A text is shown as it is: who knows what rounding would do to it. */
export function amount(number: number | string): string {
  if (typeof number === 'string') return number;
  return number.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 18 });
}
