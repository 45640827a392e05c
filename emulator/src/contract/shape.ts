import { isJsonObject } from '../is-json-object.js';

/**
 * The shape of a JSON value. In `fields`, an optional field has a name with `?` at the end. The keys of `oneOf` are the strings
 * that are allowed.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'object'
  | 'unknown'
  | 'string or number'
  | 'string or strings'
  | 'string or object'
  | { readonly oneOf: Readonly<Record<string, true>> }
  | { readonly nullable: Shape }
  | { readonly each: Shape }
  | { readonly fields: { readonly [name: string]: Shape } };

/** The shape that describes `T`. If a type of the API and its shape differ, the shape does not compile. */
export type ShapeFor<T> = unknown extends T
  ? 'unknown'
  : null extends T
    ? { nullable: ShapeFor<Exclude<T, null>> }
    : [T] extends [boolean]
      ? 'boolean'
      : [T] extends [number]
        ? 'number'
        : [T] extends [string]
          ? string extends T
            ? 'string'
            : { oneOf: Record<T, true> }
          : [T] extends [string | number]
            ? 'string or number'
            : [T] extends [readonly (infer Element)[]]
              ? { each: ShapeFor<Element> }
              : [T] extends [string | readonly string[]]
                ? 'string or strings'
                : [T] extends [object]
                  ? string extends keyof T
                    ? 'object'
                    : { fields: FieldsOf<T> }
                  : 'string or object';

type FieldsOf<T> = {
  [Name in keyof T & string as Record<never, never> extends Pick<T, Name> ? `${Name}?` : Name]-?: ShapeFor<
    Exclude<T[Name], undefined>
  >;
};

/** A place where a JSON value differs from a shape. It does not quote the value. */
export interface Difference {
  /** The place, such as `data.limits.cryptoAllowed` or `[].amount`. */
  path: string;
  expected: string;
  seen: string;
}

/** Compares a JSON value with a shape. Fields that the shape does not name are ignored. */
export function differencesOf(shape: Shape, value: unknown, path = ''): Difference[] {
  const differs = () => [{ path, expected: nameOf(shape), seen: typeOf(value) }];
  if (typeof shape === 'string') return fits(shape, value) ? [] : differs();
  if ('oneOf' in shape) {
    if (typeof value !== 'string') return differs();
    return Object.hasOwn(shape.oneOf, value)
      ? []
      : [{ ...differs()[0], seen: 'another string' } as Difference];
  }
  if ('nullable' in shape) return value === null ? [] : differencesOf(shape.nullable, value, path);
  if ('each' in shape) {
    if (!Array.isArray(value)) return differs();
    const found = value.flatMap((element) => differencesOf(shape.each, element, `${path}[]`));
    // Elements often differ in the same way, which is reported once.
    return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  }
  if (!isJsonObject(value)) return differs();
  return Object.entries(shape.fields).flatMap(([key, field]) => {
    const name = key.replace(/\?$/, '');
    if (key.endsWith('?') && value[name] === undefined) return [];
    return differencesOf(field, value[name], path ? `${path}.${name}` : name);
  });
}

/** Names the type of a JSON value: `string`, `null`, `array`, `absent`. */
export function typeOf(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function fits(shape: Shape & string, value: unknown): boolean {
  switch (shape) {
    case 'unknown':
      return true;
    case 'object':
      return isJsonObject(value);
    case 'string or number':
      return typeof value === 'string' || typeof value === 'number';
    case 'string or strings':
      return (
        typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
      );
    case 'string or object':
      return typeof value === 'string' || isJsonObject(value);
    default:
      return typeof value === shape;
  }
}

function nameOf(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if ('oneOf' in shape) return Object.keys(shape.oneOf).join(' or ');
  if ('nullable' in shape) return `${nameOf(shape.nullable)} or null`;
  return 'each' in shape ? 'array' : 'object';
}
