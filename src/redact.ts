const REDACTED = '[redacted]';

/**
 * Shorter than this, a secret is taken out only where it stands as a quoted or assigned value: a code of
 * one letter would otherwise blank out half of every sentence. Monei's codes and tokens are far longer.
 */
const ALWAYS_REDACTED_LENGTH = 8;

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
    if (secret === '') continue;
    const form = [...secret].map(anyForm).join('');
    const pattern =
      secret.length >= ALWAYS_REDACTED_LENGTH ? form : `(?<=[:=]\\s*["']?|["'])${form}(?![\\w-])`;
    clean = clean.replace(new RegExp(pattern, 'g'), REDACTED);
  }
  return clean.replace(PREFIXED_SECRET, REDACTED);
}

/** A pattern for one character as it is, behind a backslash, percent-encoded, or as JSON's \uXXXX. */
function anyForm(character: string): string {
  const literal = character.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const bytes = [...Buffer.from(character)].map(
    (byte) => `%${eitherCase(byte.toString(16).padStart(2, '0'))}`,
  );
  const units = [...Array(character.length).keys()].map((i) => {
    return `\\\\u${eitherCase(character.charCodeAt(i).toString(16).padStart(4, '0'))}`;
  });
  return `(?:\\\\?${literal}|${bytes.join('')}|${units.join('')})`;
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
