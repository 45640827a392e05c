import { submitConsent } from './consent-form.js';

/** A user of the command `check` who opens the URLs that it prints and does what it says, without a browser. */
export class CheckUser {
  /** The codes that went through the browser. */
  readonly codes: string[] = [];
  /** Number of consents that the user decided on. */
  consents = 0;
  /** Runs before each consent. Resolves with `false` to leave it undecided. */
  before: (consent: number) => Promise<boolean> | boolean = () => true;
  #seen = '';
  #working: Promise<void> = Promise.resolve();

  /** Reads more of the output of the command. */
  read(text: string): void {
    this.#seen += text;
    for (;;) {
      const found = /Consent \d+\. (.*) Open in a browser:\n(\S+)\n/.exec(this.#seen);
      if (!found) return;
      this.#seen = this.#seen.slice(found.index + found[0].length);
      const [, instruction = '', url = ''] = found;
      this.#working = this.#working.then(() => this.#decide(instruction, url));
    }
  }

  /** Waits until all that was read is done. Rejects if a consent failed. */
  done(): Promise<void> {
    return this.#working;
  }

  async #decide(instruction: string, url: string): Promise<void> {
    this.consents++;
    if (!(await this.before(this.consents))) return;
    const { location } = await submitConsent(url, decisionOf(instruction));
    const code = new URL(location).searchParams.get('code');
    if (code !== null) this.codes.push(code);
    await fetch(location);
  }
}

/** Reads an instruction of the command as a person does. */
export function decisionOf(instruction: string): { allow?: string[]; deny?: boolean } {
  if (instruction === 'Deny the whole request.') return { deny: true };
  if (instruction === 'Allow all that the page asks about.') return {};
  const [, allow] = /^Allow (\S+), and deny \S+\.$/.exec(instruction) ?? [];
  if (allow === undefined) throw new Error(`an instruction that is not clear: ${instruction}`);
  return { allow: [allow] };
}
