import { isJsonObject } from '../is-json-object.js';
import { decimalText, toUnits } from './money.js';

// Schemas of bodies and queries. Monei's responses look like those of NestJS, so the error messages are those of its validation
// (class-validator).

/** Returns a value, or throws an `InvalidField` that says what it must be. */
export type Field<T> = (value: unknown) => T;
export type Schema = Record<string, Field<unknown>>;
export type Values<S extends Schema> = { [Name in keyof S]: ReturnType<S[Name]> };

/** A problem of one value, such as `must be a string`. */
class InvalidField extends Error {}

/** All problems of a body or a query. */
export class InvalidInput extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super('invalid input');
    this.problems = problems;
  }
}

/**
 * Returns the values of a schema. Other fields are left out, as by NestJS's `whitelist`.
 *
 * @throws {InvalidInput} if a value is not what the schema says
 */
export function readValues<S extends Schema>(schema: S, from: Record<string, unknown>): Values<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, field] of Object.entries(schema)) {
    try {
      values[name] = field(Object.hasOwn(from, name) ? from[name] : undefined);
    } catch (error) {
      if (error instanceof InvalidField) problems.push(`${name} ${error.message}`);
      else if (error instanceof InvalidInput) {
        problems.push(...error.problems.map((problem) => `${name}.${problem}`));
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

/** Ignores the value. */
export const absent: Field<undefined> = () => undefined;

export const withDefault =
  <T>(field: Field<T>, fallback: T): Field<T> =>
  (value) =>
    optional(field)(value) ?? fallback;

/** Creates a field that accepts the values of one type. */
const ofType =
  <T>(fits: (value: unknown) => value is T, problem: string): Field<T> =>
  (value) => {
    if (!fits(value)) throw new InvalidField(problem);
    return value;
  };

/** Adds a condition to a field. */
const withCondition =
  <T>(field: Field<T>, fits: (value: T) => boolean, problem: string): Field<T> =>
  (value) => {
    const checked = field(value);
    if (!fits(checked)) throw new InvalidField(problem);
    return checked;
  };

const string = ofType((value) => typeof value === 'string', 'must be a string');
const wellFormed = withCondition(
  string,
  (value) => !/\p{Surrogate}/u.test(value),
  'must be well-formed Unicode',
);
const notEmpty = withCondition(wellFormed, (value) => value.trim() !== '', 'should not be empty');
/** A string of at most 200 characters that is not blank and is well-formed Unicode. */
export const text = withCondition(
  notEmpty,
  ({ length }) => length <= 200,
  'must be shorter than or equal to 200 characters',
);

export const matching = (pattern: RegExp, what: string) =>
  withCondition(text, (value) => pattern.test(value), `must be ${what}`);

export const accountNumber = matching(/^\d{10}$/, '10 digits');
export const evmAddress = matching(/^0x[\da-f]{40}$/i, 'an EVM address');
export const solanaAddress = matching(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'a Solana address');
/** An amount of tokens. How many decimals it may have depends on the token. */
export const amountAsText = matching(/^(?=.*[1-9])\d{1,30}(\.\d{1,30})?$/, 'a positive number, as a string');

export const oneOf = <const T extends string>(...values: T[]) =>
  ofType(
    (value): value is T => values.includes(value as T),
    `must be one of the following values: ${values.join(', ')}`,
  );
export const currency = withDefault(oneOf('NGN'), 'NGN');
export const solanaNetwork = withDefault(oneOf('mainnet-beta', 'devnet', 'testnet'), 'mainnet-beta');

export const flag = ofType((value) => typeof value === 'boolean', 'must be a boolean value');

const number = ofType(
  (value) => typeof value === 'number',
  'must be a number conforming to the specified constraints',
);
const positive = withCondition(number, (value) => value > 0, 'must be a positive number');
/** A whole number. */
export const integer = withCondition(positive, Number.isSafeInteger, 'must be an integer number');

/** An amount of tokens, as a number. Returns a decimal text. */
export const amountAsNumber: Field<string> = (value) => decimalText(positive(value));

/** An amount of tokens, as a number or a text: Monei's sources disagree about some routes. */
export const amountAsEither: Field<string> = (value) =>
  typeof value === 'string' ? amountAsText(value) : amountAsNumber(value);

/** Naira with at most two decimals. Returns kobo. */
export const naira: Field<bigint> = (value) => {
  const kobo = toUnits(String(positive(value)), 2);
  if (kobo === undefined) throw new InvalidField('must be naira, with at most two decimals');
  return kobo;
};

/** A number in a query. */
const queried =
  (field: Field<number>): Field<number> =>
  (value) =>
    field(/^\d{1,15}(\.\d{1,15})?$/.test(text(value)) ? Number(value) : undefined);

export const queriedInteger = queried(integer);
export const queriedNumber = queried(number);
/** The number of entries on a page. */
export const limit = withCondition(queriedInteger, (rows) => rows <= 100, 'must not be greater than 100');

/** `YYYY-MM-DD`. */
export const day = withCondition(
  matching(/^\d{4}-\d\d-\d\d$/, 'a date (YYYY-MM-DD)'),
  isDay,
  'must be a date',
);

function isDay(date: string): boolean {
  const time = Date.parse(date);
  // Date.parse turns 30 February into 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** ISO 8601. */
export const time = withCondition(
  text,
  (value) => /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  'must be a valid ISO 8601 date string',
);

/** Most levels of nested objects. `JSON.parse` accepts more levels than `JSON.stringify` and `structuredClone` do. */
const MAX_DEPTH = 20;

export const object = withCondition(
  ofType(isJsonObject, 'must be an object'),
  (value) => !isDeeperThan(MAX_DEPTH, value),
  `must be at most ${MAX_DEPTH} levels deep`,
);

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}

export const nested =
  <S extends Schema>(schema: S): Field<Values<S>> =>
  (value) =>
    readValues(schema, object(value));
