// Checked by the compiler: a description that is not in step with its type does not compile.
import type { ShapeFor } from '../../src/contract/shape.js';

interface Row {
  id: string;
  status: 'PENDING' | 'SUCCESS';
  amount: number | string;
  note?: string;
  deleted: string | null;
  tags: string[];
}

export const complete: ShapeFor<Row> = {
  fields: {
    id: 'string',
    status: { oneOf: { PENDING: true, SUCCESS: true } },
    amount: 'string or number',
    'note?': 'string',
    deleted: { nullable: 'string' },
    tags: { each: 'string' },
  },
};

const { fields } = complete;
// @ts-expect-error: `id` is missing
export const incomplete: ShapeFor<Pick<Row, 'id' | 'tags'>> = { fields: { tags: fields.tags } };
// @ts-expect-error: the type has no `name`
export const tooMuch: ShapeFor<Pick<Row, 'id'>> = { fields: { id: 'string', name: 'string' } };
export const wrongTypes: ShapeFor<Row> = {
  fields: {
    // @ts-expect-error: a string
    id: 'number',
    // @ts-expect-error: SUCCESS is missing
    status: { oneOf: { PENDING: true } },
    // @ts-expect-error: a string, too
    amount: 'number',
    // @ts-expect-error: can be null
    deleted: 'string',
    // @ts-expect-error: an array of strings
    tags: { each: 'number' },
    'note?': 'string',
  },
};
// @ts-expect-error: optional, so its name ends with ?
export const required: ShapeFor<Pick<Row, 'note'>> = { fields: { note: 'string' } };
