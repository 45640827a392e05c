import { randomUUID } from 'node:crypto';

/** A user who opens more forms than this has to open the oldest again. */
const MAX_OPEN = 20;

/**
 * Forms that are good for one submission: the first one acts, and who sends it again, even at the same time, gets what
 * came of the first. Monei has no idempotency key, so the app has to remember by itself.
 *
 * A real app keeps this in its database, and writes the id before it acts: after a crash it must not act again.
 */
export class OneTimeForms<Outcome> {
  /** By user, then by the id of the form. No outcome yet: it was not sent. */
  readonly #forms = new Map<string, Map<string, Promise<Outcome> | undefined>>();

  /** Gives the id to put into a hidden field. */
  open(userId: string): string {
    const id = randomUUID();
    const forms = this.#forms.get(userId) ?? new Map<string, Promise<Outcome> | undefined>();
    this.#forms.set(userId, forms.set(id, undefined));
    for (const oldest of [...forms.keys()].slice(0, -MAX_OPEN)) forms.delete(oldest);
    return id;
  }

  /** Acts if this form was not sent before. Gives nothing for a form that this app did not open, or has forgotten. */
  submit(userId: string, id: string, act: () => Promise<Outcome>): Promise<Outcome> | undefined {
    const forms = this.#forms.get(userId);
    if (!forms?.has(id)) return undefined;
    const outcome = forms.get(id) ?? act();
    forms.set(id, outcome);
    return outcome;
  }

  /** What came of a form, once it was sent. */
  outcome(userId: string, id: string): Promise<Outcome> | undefined {
    return this.#forms.get(userId)?.get(id);
  }
}
