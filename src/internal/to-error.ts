/** Returns `thrown`. If it is falsy, returns a new Error that names `who`: `if (error)` would miss a falsy one. */
export function toError(thrown: unknown, who: string): unknown {
  return thrown || new Error(`passport-monei: ${who} failed without saying why.`);
}
