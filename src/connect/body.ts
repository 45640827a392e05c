import type { CompressCallback, ZlibOptions } from 'node:zlib';

/** A body is cut off past this many bytes, compressed or not: Monei's own have a few hundred. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** The body of an answer as text, or why it can't be had. */
export type Body = { body: string } | { body?: undefined; unreadable: string };

export const TOO_LARGE: Body = { unreadable: `it is larger than ${MAX_BODY_BYTES} bytes` };

type Decompress = (bytes: Buffer, options: ZlibOptions, done: CompressCallback) => void;

/**
 * The text of a body. Calls `done` at once, unless the body has to be decompressed: nobody asks Monei for that
 * (`Accept-Encoding: identity`), but a gateway may do it all the same.
 *
 * @param coding the header `Content-Encoding` (RFC 9110 §8.4)
 */
export function readBody(bytes: Buffer, coding: string | undefined, done: (body: Body) => void): void {
  const name = coding?.trim().toLowerCase() || 'identity';
  if (name === 'identity' || bytes.length === 0) return done({ body: textOf(bytes) });
  const decompress = decompressor(name, bytes);
  if (!decompress) return done({ unreadable: 'it is compressed in a way that is not known here' });
  // A few bytes can become gigabytes: the limit holds for what comes out, too.
  decompress(bytes, { maxOutputLength: MAX_BODY_BYTES }, (error, whole) => {
    if (!error) done({ body: textOf(whole) });
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') done(TOO_LARGE);
    else done({ unreadable: "it can't be decompressed" });
  });
}

function decompressor(coding: string, bytes: Buffer): Decompress | undefined {
  // Loaded when it is needed, which is hardly ever. `import()` would not work in Jest.
  const zlib = process.getBuiltinModule('node:zlib');
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzip;
    case 'br':
      return zlib.brotliDecompress;
    case 'deflate':
      // With the header that RFC 9110 §8.4.1.2 asks for, or without, as some servers send it.
      return (Number(bytes[0]) & 0x0f) === 8 ? zlib.inflate : zlib.inflateRaw;
  }
}

/** Decoded as a whole: a packet may end in the middle of a character. A byte order mark is no part of the text. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
