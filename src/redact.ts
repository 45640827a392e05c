const REDACTED = '[redacted]';

/**
 * Shorter than this, a secret is taken out only where it stands as a quoted or assigned value: a code of
 * one letter would otherwise blank out half of every sentence. Monei's codes and tokens are far longer.
 */
const ALWAYS_REDACTED_LENGTH = 8;

/** Anything that wears one of Monei's prefixes for a secret (`mcs_`, `mct_`, `mcr_`), whoever it belongs to and whatever stands before it. */
const PREFIXED_SECRET = /mc[srt]_[\w.~+/=%-]*/g;

/**
 * Takes secrets out of a text that another party wrote (Monei, a proxy, an HTTP agent) and that may echo
 * what it was sent: each of `secrets` as it is, URL-encoded or escaped in JSON, and anything that looks like
 * a credential of Monei's.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      clean =
        form.length >= ALWAYS_REDACTED_LENGTH
          ? clean.replaceAll(form, REDACTED)
          : clean.replace(asValue(form), REDACTED);
    }
  }
  return clean.replace(PREFIXED_SECRET, REDACTED);
}

function asValue(form: string): RegExp {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<=[:=]\\s*["']?|["'])${literal}(?![\\w-])`, 'g');
}
