import { hash } from 'node:crypto';

/** Returns the first `length` characters of a SHA-256 in base64url: 6 bits each. */
export function shortHash(text: string, length: number): string {
  return hash('sha256', text, 'base64url').slice(0, length);
}
