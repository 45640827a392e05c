import { expect } from 'chai';
import fc from 'fast-check';
import { everythingIn } from '../helpers/everything-in.js';

/** The number of characters of a secret that must not be in an error. */
const REVEALING = 12;

/** The random part of a secret: 128 bits, which no other text contains by accident. */
const core = fc.uuid().map((uuid) => uuid.replaceAll('-', ''));

export interface Secret {
  core: string;
  whole: string;
}

/** Returns secrets between other characters. */
export function secret(before: fc.Arbitrary<string>, after: fc.Arbitrary<string>): fc.Arbitrary<Secret> {
  return fc
    .tuple(before, core, after)
    .map(([before, core, after]) => ({ core, whole: `${before}${core}${after}` }));
}

/** The forms in which a server may repeat one character of a secret. */
const FORMS: ((character: string) => string)[] = [
  (character) => character,
  (character) => `\\${character}`,
  (character) => percentEncoded(character, '%'),
  (character) => percentEncoded(character, '%25'),
  (character) => character.replace(/[\s\S]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`),
];

/** Returns a secret in the forms in which a server may repeat it. */
export function echoOf({ whole }: Secret): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...FORMS), { minLength: 1, maxLength: 4 })
    .map((forms) => [...whole].map((one, i) => (forms[i % forms.length] ?? String)(one)).join(''));
}

/** Fails if an error contains a secret, or `REVEALING` characters of it, in any of those forms. */
export function expectNoneIn(error: unknown, secrets: Secret[]): void {
  const text = plain(everythingIn(error));
  for (const { core } of secrets) {
    for (let start = 0; start + REVEALING <= core.length; start++) {
      expect(text).to.not.include(core.slice(start, start + REVEALING));
    }
  }
}

function plain(text: string): string {
  const character = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));
  return text
    .replace(/\\+u([\da-f]{4})/gi, character)
    .replace(/%(?:25)*([\da-f]{2})/gi, character)
    .replaceAll('\\', '');
}

function percentEncoded(character: string, sign: string): string {
  return [...Buffer.from(character)].map((byte) => sign + hex(byte, 2)).join('');
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
