import { isObject } from '../internal/is-object.js';

/** Replaces words that are not shown. */
const HIDDEN = '[…]';

/** The longest text that is shown, in characters. */
const MAX_LENGTH = 1000;

/** The number of characters of a text that are read. The rest is dropped. */
const MAX_READ = 64 * 1024;

/** Redacts any 8 consecutive letters or digits of a secret, ignoring case and separators. */
const WINDOW = 8;

/**
 * The forms that are shown: words, names of fields and scopes, short numbers, and hosts. All repetitions are bounded,
 * so matching takes linear time.
 */
const PROSE = [
  /^\p{L}?\p{Ll}{0,23}(?:['’-]\p{L}?\p{Ll}{1,23}){0,3}$/u,
  /^\p{Lu}{1,24}$/u,
  /^(?:\p{Lu}\p{Ll}{1,15}){2,3}$/u,
  /^[a-z]{1,20}(?:_[a-z]{1,20}){1,4}$/,
  /^[a-z]{1,20}:[a-z]{1,20}$/,
  /^statusCode$/,
  /^\d{1,6}%?$/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?$/,
  /^[a-z]{1,20}(?:\.[a-z]{1,20}){1,4}(?::\d{1,5})?$/,
];

/** Characters before and after a word that do not belong to it. */
const PUNCTUATION = new Set('.,;:!?()"\'`[]{}');

/**
 * Returns a text of another party (Monei, a proxy, a browser) in a form that an error or log may show. Hides words that
 * do not look like prose or are part of `secrets`, drops control characters, and cuts the text at 1,000 characters.
 * Takes time linear in the text and the secrets.
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  return cleanTexts([text], secrets).join('');
}

/** Returns the body of an error response for an app's parser: all texts in it are cleaned, and its structure stays. */
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

/** Cleans texts together, because a secret may be split over several of them. */
function cleanTexts(texts: string[], secrets: readonly string[]): string[] {
  const lists = texts.map((text) => splitWords(text, secrets));
  const words = lists.flat();
  const hidden = findHiddenWords(words, secrets);
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

/** Splits a text at white space and control characters. Secrets that it contains literally are replaced first. */
function splitWords(text: string, secrets: readonly string[]): string[] {
  let rest = text.slice(0, MAX_READ);
  for (const secret of secrets) if (secret.length >= WINDOW) rest = rest.split(secret).join(` ${HIDDEN} `);
  // Unicode's normalization takes quadratic time for many accents on one letter, so accents are dropped.
  rest = rest.replace(/\p{M}/gu, '');
  return rest.split(/[\s\p{C}]/u).filter(Boolean);
}

/** Returns the places of the words to hide. */
function findHiddenWords(words: string[], secrets: readonly string[]): Set<number> {
  const hidden = findSecretParts(words, secrets);
  const wholes = new Set(secrets.map((one) => one.toLowerCase()));
  let fragments: number[] = [];
  for (const [place, word] of words.entries()) {
    const core = stripPunctuation(word);
    // A short secret may be an ordinary word. It is hidden only beside punctuation, or after a colon or an equals sign.
    const hasPunctuation = core !== word || /[:=]$/.test(words[place - 1] ?? '');
    const isSecret = wholes.has(core.toLowerCase()) && (hasPunctuation || !/^\p{L}+$/u.test(core));
    if (isSecret || !isProse(core)) hidden.add(place);
    // Three numbers or single letters in a row may spell a secret.
    fragments = /^(?:\d+|\p{L})$/u.test(core) ? [...fragments.slice(-2), place] : [];
    if (fragments.length === 3) for (const one of fragments) hidden.add(one);
  }
  return hidden;
}

/** Returns a JSON value with each text, property name and number replaced. */
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

/** Returns a word without the punctuation around it. */
function stripPunctuation(word: string): string {
  let start = 0;
  let end = word.length;
  while (PUNCTUATION.has(word.charAt(start))) start++;
  while (PUNCTUATION.has(word.charAt(end - 1))) end--;
  return word.slice(start, end);
}

/** Whether a word looks like prose, and not like a token or an encoded text. */
function isProse(core: string): boolean {
  if (/^mc[srt]_/.test(core)) return false;
  return core.length <= 100 && core.normalize('NFKC') === core && PROSE.some((form) => form.test(core));
}

/**
 * Returns the places of words that contain `WINDOW` characters of a secret, alone or joined with the words next to
 * them.
 */
function findSecretParts(words: string[], secrets: readonly string[]): Set<number> {
  const windows = new Set<string>();
  for (const secret of secrets) {
    const plain = lettersAndDigits(secret);
    for (let i = 0; i + WINDOW <= plain.length; i++) windows.add(plain.slice(i, i + WINDOW));
  }
  const letters = words.map(lettersAndDigits);
  const owners = letters.flatMap((text, place) => Array.from({ length: text.length }, () => place));
  const joined = letters.join('');
  const found = new Set<number>();
  for (let i = 0; i + WINDOW <= joined.length; i++) {
    if (!windows.has(joined.slice(i, i + WINDOW))) continue;
    for (const owner of owners.slice(i, i + WINDOW)) found.add(owner);
  }
  return found;
}

function lettersAndDigits(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Returns a header's value and the secrets in it: the key after `Bearer`, the decoded credentials of `Basic`, cookie
 * values.
 */
export function secretsInHeader(value: string): string[] {
  const parts = value.split(/[\s;,=]+/);
  const [scheme, credentials] = parts.map(String);
  const decoded = /^basic$/i.test(`${scheme}`) ? Buffer.from(`${credentials}`, 'base64').toString() : '';
  return [value, ...parts, decoded, ...decoded.split(':')].filter(Boolean);
}
