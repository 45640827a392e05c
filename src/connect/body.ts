import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** The body of a response, or the reason why it cannot be used. */
export type Body = { bytes: Buffer; coding: 'none' | 'removed' | 'unknown' } | { unreadable: string };

const DECOMPRESS = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
]);

/** Returns the `Body` of a response that is larger than `maxBytes`. */
export function tooLargeBody(maxBytes: number): Body {
  return { unreadable: `it is larger than ${maxBytes} bytes` };
}

/**
 * Decompresses a body: a gateway may compress one, although this package asks for uncompressed bodies. Calls `done`
 * synchronously if the body is not compressed.
 *
 * @param encoding the header `Content-Encoding` (RFC 9110 §8.4)
 * @param maxBytes the largest decompressed body: a few bytes can become gigabytes
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
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') done(tooLargeBody(maxBytes));
    else done({ unreadable: 'it cannot be decompressed' });
  });
}

/** Returns a body as text, without a byte order mark. */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
