/** Returns `thrown`, or a new Error that names `who` if it is falsy: `if (error)` would take a falsy one for none. */
export function toError(thrown: unknown, who: string): unknown {
  return thrown || new Error(`passport-monei: ${who} failed without saying why.`);
}
