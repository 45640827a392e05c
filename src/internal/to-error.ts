/**
 * What was thrown, or an error that names who threw nothing. `throw undefined` is a failure too; handed on as it is, it
 * would look like none to whoever asks `if (error)`.
 */
export function reasonOf(thrown: unknown, who: string): unknown {
  return thrown || new Error(`passport-monei: ${who} failed without saying why.`);
}
