const REDACTED = '[redacted]';

/**
 * A secret that could be a word is taken out only where it stands as a quoted or assigned value: a code of a few
 * letters would otherwise blank out half of every sentence. Monei's codes and tokens are far longer.
 */
const COULD_BE_A_WORD = /^(?:[a-z]{0,7}|.)$/i;

/** A short secret is taken out where it stands by itself. */
const SHORT = 8;

/** Regular expressions have a limit: a longer secret is looked for in pieces of about this many characters. */
const PIECE = 500;

/** Anything that wears one of Monei's prefixes for a secret, whoever it belongs to and whatever stands before it. */
const PREFIXED_SECRET = /mc[srt]_[\w.~+/=%-]*/g;

/**
 * Takes secrets out of a text that another party wrote (Monei, a proxy, an HTTP agent) and that may echo what it was
 * sent: each of `secrets`, with any of its characters escaped as in URLs or in JSON, and whatever looks like a
 * credential of Monei's.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    for (const piece of piecesOf(secret)) clean = clean.replace(new RegExp(patternOf(piece), 'g'), REDACTED);
  }
  return redactPrefixed(clean);
}

/** Takes out whatever looks like a credential of Monei's. */
export function redactPrefixed(text: string): string {
  return text.replace(PREFIXED_SECRET, REDACTED);
}

/** In equal pieces, because a short rest would not be recognized as a secret. */
function piecesOf(secret: string): string[] {
  const characters = [...secret];
  const count = Math.ceil(characters.length / PIECE);
  const size = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, i) => characters.slice(i * size, (i + 1) * size).join(''));
}

function patternOf(secret: string): string {
  const form = [...secret].map(anyForm).join('');
  if (COULD_BE_A_WORD.test(secret)) return `(?<=[:=]\\s{0,9}["']?|["'])${form}(?![\\w-])`;
  return secret.length < SHORT ? `(?<![\\w-])${form}(?![\\w-])` : form;
}

/**
 * A pattern for one character as it is, behind a backslash, percent-encoded (twice even), as JSON's \uXXXX, or as HTML
 * or a form would have it. A backslash before the first one may end another secret, and stays.
 */
function anyForm(character: string, place: number): string {
  const literal = character.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const bytes = [...Buffer.from(character)].map(
    (byte) => `%(?:25)*${eitherCase(byte.toString(16).padStart(2, '0'))}`,
  );
  const units = [...Array(character.length).keys()].map((i) => {
    return `\\\\u${eitherCase(character.charCodeAt(i).toString(16).padStart(4, '0'))}`;
  });
  const special = SPECIAL_FORMS[character];
  return `(?:${place === 0 ? '' : '\\\\?'}${literal}|${bytes.join('')}|${units.join('')}${special ? `|${special}` : ''})`;
}

const SPECIAL_FORMS: Record<string, string> = {
  ' ': '\\+',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#0?39;|&apos;',
};

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

export function cleanText(text: string): string {
  return redactPrefixed(text)
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 1000);
}
