import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** The body of a response, or why it cannot be used. */
export type Body = { bytes: Buffer; coding: 'none' | 'removed' | 'unknown' } | { unreadable: string };

const DECOMPRESS = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
]);

/** Returns what stands for a body that is larger than `maxBytes`. */
export function tooLarge(maxBytes: number): Body {
  return { unreadable: `it is larger than ${maxBytes} bytes` };
}

/**
 * Decompresses a body. This package asks for uncompressed bodies, but a gateway may compress them. Calls `done`
 * synchronously if there is nothing to do.
 *
 * @param encoding the header `Content-Encoding` (RFC 9110 §8.4)
 * @param maxBytes the limit of what comes out: a few bytes can become gigabytes
 */
export function decompress(
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
  done: (body: Body) => void,
): void {
  const name = encoding?.trim().toLowerCase() || 'identity';
  if (name === 'identity' || bytes.length === 0) return done({ bytes, coding: 'none' });
  const inflateBody = DECOMPRESS.get(name);
  if (!inflateBody) return done({ bytes, coding: 'unknown' });
  inflateBody(bytes, { maxOutputLength: maxBytes }, (error, whole) => {
    if (!error) done({ bytes: whole, coding: 'removed' });
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') done(tooLarge(maxBytes));
    else done({ unreadable: "it can't be decompressed" });
  });
}

/** Returns a body as text. A byte order mark is no part of it. */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
