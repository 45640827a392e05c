import { decimalText, toUnits } from './money.js';

// What a body or a query must look like, and the words of class-validator for what does not, since Monei's server is
// made with NestJS, as far as its answers show.

/** Takes a value, or throws a `Wrong` that says what it must be. */
export type Field<T> = (value: unknown) => T;
export type Schema = Record<string, Field<unknown>>;
export type Values<S extends Schema> = { [Name in keyof S]: ReturnType<S[Name]> };

/** What is wrong with one value: `must be a string`. */
class Wrong extends Error {}

/** Everything that is wrong with a body or a query. */
export class InvalidInput extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super('invalid input');
    this.problems = problems;
  }
}

/**
 * The values of a schema. Other fields are left out, as by NestJS's `whitelist`.
 *
 * @throws {InvalidInput}
 */
export function read<S extends Schema>(schema: S, from: Record<string, unknown>, prefix = ''): Values<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, field] of Object.entries(schema)) {
    try {
      values[name] = field(Object.hasOwn(from, name) ? from[name] : undefined);
    } catch (error) {
      if (error instanceof Wrong) problems.push(`${prefix}${name} ${error.message}`);
      else if (error instanceof InvalidInput) {
        problems.push(...error.problems.map((problem) => `${prefix}${name}.${problem}`));
      } else throw error;
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return values as Values<S>;
}

export const optional =
  <T>(field: Field<T>): Field<T | undefined> =>
  (value) =>
    value === undefined || value === null ? undefined : field(value);

/** Takes nothing. */
export const absent: Field<undefined> = () => undefined;

export const withDefault =
  <T>(field: Field<T>, fallback: T): Field<T> =>
  (value) =>
    optional(field)(value) ?? fallback;

/** A text that is not empty, and that can be a part of a URL. */
export const text: Field<string> = (value) => {
  if (typeof value !== 'string') throw new Wrong('must be a string');
  if (/\p{Surrogate}/u.test(value)) throw new Wrong('must be well-formed Unicode');
  if (value.trim() === '') throw new Wrong('should not be empty');
  if (value.length > 200) throw new Wrong('must be shorter than or equal to 200 characters');
  return value;
};

const matching =
  (pattern: RegExp, what: string): Field<string> =>
  (value) => {
    if (!pattern.test(text(value))) throw new Wrong(`must be ${what}`);
    return value as string;
  };

export const accountNumber = matching(/^\d{10}$/, '10 digits');
export const pin = matching(/^\d{4,6}$/, '4 to 6 digits');
/** A phone, meter or smartcard number. */
export const customer = matching(/^\+?\d{5,20}$/, '5 to 20 digits');
export const cardNumber = matching(/^\d{12,19}$/, '12 to 19 digits');
export const cvv = matching(/^\d{3,4}$/, '3 or 4 digits');
export const month = matching(/^(0?[1-9]|1[0-2])$/, 'a month');
export const year = matching(/^(\d\d)?\d\d$/, 'a year');
export const evmAddress = matching(/^0x[\da-f]{40}$/i, 'an EVM address');
export const solanaAddress = matching(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'a Solana address');
/** Whole tokens, of which only the token says how many decimals are too many. */
export const tokenText = matching(/^(?=.*[1-9])\d{1,30}(\.\d{1,30})?$/, 'a positive number, as a string');

export const oneOf =
  <const T extends string>(...values: T[]): Field<T> =>
  (value) => {
    if (!values.includes(value as T))
      throw new Wrong(`must be one of the following values: ${values.join(', ')}`);
    return value as T;
  };

const number: Field<number> = (value) => {
  if (typeof value !== 'number') {
    throw new Wrong('must be a number conforming to the specified constraints');
  }
  return value;
};

const positive: Field<number> = (value) => {
  if (number(value) <= 0) throw new Wrong('must be a positive number');
  return value as number;
};

/** A whole number. */
export const integer: Field<number> = (value) => {
  if (!Number.isSafeInteger(positive(value))) throw new Wrong('must be an integer number');
  return value as number;
};

/** Whole tokens as a number. Gives a decimal text. */
export const tokenNumber: Field<string> = (value) => decimalText(positive(value));

/** Whole tokens as a number or as a text, where Monei's sources disagree. */
export const tokenAmount: Field<string> = (value) =>
  typeof value === 'string' ? tokenText(value) : tokenNumber(value);

/** Naira with at most two decimals, as kobo. */
export const naira: Field<bigint> = (value) => {
  const kobo = toUnits(String(positive(value)), 2);
  if (kobo === undefined) throw new Wrong('must be naira, with at most two decimals');
  return kobo;
};

export const flag: Field<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Wrong('must be a boolean value');
  return value;
};

/** `JSON.parse` takes deeper objects than `JSON.stringify` and `structuredClone` can. */
const MAX_DEPTH = 20;

export const object: Field<Record<string, unknown>> = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Wrong('must be an object');
  if (isDeeperThan(MAX_DEPTH, value)) throw new Wrong(`must be at most ${MAX_DEPTH} levels deep`);
  return value as Record<string, unknown>;
};

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}

export const nested =
  <S extends Schema>(schema: S): Field<Values<S>> =>
  (value) =>
    read(schema, object(value));

export const solanaNetwork = withDefault(oneOf('mainnet-beta', 'devnet', 'testnet'), 'mainnet-beta');

/** A number in a query. */
const queried =
  (field: Field<number>): Field<number> =>
  (value) =>
    field(/^\d{1,15}(\.\d{1,15})?$/.test(text(value)) ? Number(value) : undefined);

export const queriedInteger = queried(integer);
export const queriedNumber = queried(number);

/** Of how many rows a page may be. */
export const limit: Field<number> = (value) => {
  const rows = queriedInteger(value);
  if (rows > 100) throw new Wrong('must not be greater than 100');
  return rows;
};

/** `YYYY-MM-DD`. */
export const day: Field<string> = (value) => {
  const date = matching(/^\d{4}-\d\d-\d\d$/, 'a date (YYYY-MM-DD)')(value);
  // 30 February becomes 2 March.
  const time = Date.parse(date);
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(date)) throw new Wrong('must be a date');
  return date;
};

/** ISO 8601. */
export const time: Field<string> = (value) => {
  const given = text(value);
  if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(Date.parse(given))) {
    throw new Wrong('must be a valid ISO 8601 date string');
  }
  return given;
};
