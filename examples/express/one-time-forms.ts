import { randomUUID } from 'node:crypto';

/** The number of open forms of one user. The oldest ones are forgotten. */
const MAX_OPEN = 20;

/**
 * Runs the action of each form once: a form that is sent again, even at the same time, gets the first outcome. Monei has
 * no idempotency key, so the app keeps the ids.
 *
 * A real app keeps them in its database, and writes the id before it runs the action: after a crash, it must not run it
 * again.
 */
export class OneTimeForms<Outcome> {
  /** Outcomes by user id and form id. `undefined`: the form was not sent yet. */
  readonly #forms = new Map<string, Map<string, Promise<Outcome> | undefined>>();

  /** Opens a form, and returns the id for a hidden field. */
  open(userId: string): string {
    const id = randomUUID();
    const forms = this.#forms.get(userId) ?? new Map<string, Promise<Outcome> | undefined>();
    this.#forms.set(userId, forms.set(id, undefined));
    for (const oldest of [...forms.keys()].slice(0, -MAX_OPEN)) forms.delete(oldest);
    return id;
  }

  /** Runs `act` if the form was not sent before. Returns the outcome, or `undefined` for an unknown form. */
  submit(userId: string, id: string, act: () => Promise<Outcome>): Promise<Outcome> | undefined {
    const forms = this.#forms.get(userId);
    if (!forms?.has(id)) return undefined;
    const outcome = forms.get(id) ?? act();
    forms.set(id, outcome);
    return outcome;
  }

  /** Returns the outcome of a form, or `undefined` if it was not sent. */
  outcome(userId: string, id: string): Promise<Outcome> | undefined {
    return this.#forms.get(userId)?.get(id);
  }
}
