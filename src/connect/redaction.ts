import { isObject } from '../internal/is-object.js';

const HIDDEN = '[…]';

/** The longest text that is shown. */
const MAX_LENGTH = 1000;

/** No more than this of a text is looked at. */
const MAX_READ = 64 * 1024;

/** So many letters and digits of a secret in a row are not shown, in whatever case and with whatever between them. */
const WINDOW = 8;

/** Words, names of fields and scopes, short numbers, hosts. All bounds are fixed, so each costs linear time. */
const PROSE = [
  /^\p{L}?\p{Ll}{0,23}(?:['’-]\p{L}?\p{Ll}{1,23}){0,3}$/u,
  /^\p{Lu}{1,24}$/u,
  /^(?:\p{Lu}\p{Ll}{1,15}){2,3}$/u,
  /^[a-z]{1,20}(?:_[a-z]{1,20}){1,4}$/,
  /^[a-z]{1,20}:[a-z]{1,20}$/,
  /^\d{1,6}%?$/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?$/,
  /^[a-z]{1,20}(?:\.[a-z]{1,20}){1,4}(?::\d{1,5})?$/,
];

/** What may stand around a word. */
const PUNCTUATION = new Set('.,;:!?()"\'`[]{}');

/**
 * Makes a text of another party (Monei, a proxy, a browser) fit to be shown: only prose passes, and none of `secrets`.
 * Control characters are gone, and it has at most 1,000 characters. Its cost is linear in the text and the secrets.
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  return cleanTexts([text], secrets).join('');
}

/** The body of an error for a parser that an app brings: its texts are cleaned, its form stays. */
export function cleanBody(body: string, secrets: readonly string[]): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return cleanText(body, secrets);
  }
  const texts: string[] = [];
  mapTexts(value, (text) => {
    texts.push(text);
    return text;
  });
  const clean = cleanTexts(texts, secrets);
  return JSON.stringify(mapTexts(value, () => String(clean.shift())));
}

/** Cleans texts together: a secret may be split over them. */
function cleanTexts(texts: string[], secrets: readonly string[]): string[] {
  const lists = texts.map((text) => wordsOf(text, secrets));
  const words = lists.flat();
  const hidden = hiddenWords(words, secrets);
  let place = 0;
  return lists.map((list) => {
    const shown: string[] = [];
    for (const word of list) {
      if (!hidden.has(place++)) shown.push(word);
      else if (shown.at(-1) !== HIDDEN) shown.push(HIDDEN);
    }
    const clean = shown.join(' ');
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
  });
}

/** Words as they stand between white space and control characters, with secrets taken out that stand there as they are. */
function wordsOf(text: string, secrets: readonly string[]): string[] {
  let left = text.slice(0, MAX_READ);
  for (const secret of secrets) if (secret.length >= WINDOW) left = left.split(secret).join(` ${HIDDEN} `);
  // Sorting many accents on one letter would take Unicode's normalization a time that grows with their square.
  left = left.replace(/\p{M}/gu, '');
  return left.split(/[\s\p{C}]/u).filter(Boolean);
}

/** The places of words that are not shown. */
function hiddenWords(words: string[], secrets: readonly string[]): Set<number> {
  const hidden = wordsWithSecrets(words, secrets);
  const wholes = new Set(secrets.map((one) => one.toLowerCase()));
  let fragments: number[] = [];
  for (const [place, word] of words.entries()) {
    const core = coreOf(word);
    const isValue = core !== word || /[:=]$/.test(words[place - 1] ?? '');
    const isSecret = wholes.has(core.toLowerCase()) && (isValue || !/^\p{L}+$/u.test(core));
    if (isSecret || !isProse(core)) hidden.add(place);
    // Numbers or single letters in a row may spell something.
    fragments = /^(?:\d+|\p{L})$/u.test(core) ? [...fragments.slice(-2), place] : [];
    if (fragments.length === 3) for (const one of fragments) hidden.add(one);
  }
  return hidden;
}

/** A JSON value with each of its texts, names and long numbers replaced. */
function mapTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value === 'number') {
    const clean = replace(String(value));
    return clean === String(value) ? value : clean;
  }
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [replace(name), mapTexts(one, replace)]),
  );
}

/** A word without the punctuation around it. */
function coreOf(word: string): string {
  let start = 0;
  let end = word.length;
  while (PUNCTUATION.has(word.charAt(start))) start++;
  while (PUNCTUATION.has(word.charAt(end - 1))) end--;
  return word.slice(start, end);
}

function isProse(core: string): boolean {
  if (/^mc[srt]_/.test(core)) return false;
  return core.length <= 100 && core.normalize('NFKC') === core && PROSE.some((form) => form.test(core));
}

/** The places of words that hold a window of a secret, alone or together with their neighbors. */
function wordsWithSecrets(words: string[], secrets: readonly string[]): Set<number> {
  const windows = new Set<string>();
  for (const secret of secrets) {
    const plain = lettersOf(secret);
    for (let i = 0; i + WINDOW <= plain.length; i++) windows.add(plain.slice(i, i + WINDOW));
  }
  const letters = words.map(lettersOf);
  const owners = letters.flatMap((text, place) => Array.from({ length: text.length }, () => place));
  const joined = letters.join('');
  const found = new Set<number>();
  for (let i = 0; i + WINDOW <= joined.length; i++) {
    if (!windows.has(joined.slice(i, i + WINDOW))) continue;
    for (const owner of owners.slice(i, i + WINDOW)) found.add(owner);
  }
  return found;
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Returns a header's value and what in it is secret by itself: the key after `Bearer`, what `Basic` encodes, a cookie's value. */
export function secretsInHeader(value: string): string[] {
  const parts = value.split(/[\s;,=]+/);
  const [scheme, credentials] = parts.map(String);
  const decoded = /^basic$/i.test(`${scheme}`) ? Buffer.from(`${credentials}`, 'base64').toString() : '';
  return [value, ...parts, decoded, ...decoded.split(':')].filter(Boolean);
}
