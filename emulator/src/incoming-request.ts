import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';
import { isJsonObject } from './is-json-object.js';

const MAX_BODY_BYTES = 64 * 1024;

/** A request to the emulator. */
export class IncomingRequest {
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The scopes of `EmulatedRequest`. */
  scopes: readonly string[] = [];
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    const [path = '', query = ''] = String(request.url).split(/\?(.*)/s);
    this.method = String(request.method);
    this.path = path;
    this.query = new URLSearchParams(query);
    this.headers = request.headers;
    this.#request = request;
  }

  /**
   * Reads a JSON object from the body.
   *
   * @throws {ApiError} 400 if the body is too large or is not a JSON object
   */
  async json(): Promise<Record<string, unknown>> {
    if (!/^application\/json\b/i.test(this.headers['content-type'] ?? '')) {
      throw new ApiError(400, 'The body must be JSON (Content-Type: application/json)');
    }
    const body = await this.#body();
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      throw new ApiError(400, 'The body is not valid JSON');
    }
    if (!isJsonObject(value)) throw new ApiError(400, 'The body must be a JSON object');
    return value;
  }

  /** Reads the fields of a form on one of the emulator's own pages. */
  async form(): Promise<URLSearchParams> {
    return new URLSearchParams(await this.#body());
  }

  async #body(): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#request) {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    }
    if (size > MAX_BODY_BYTES) throw new ApiError(400, 'The body is too large');
    return Buffer.concat(chunks).toString('utf8');
  }
}
