/** The subjects, in the order of the columns. `floor` is the least work that a row needs. */
export const SUBJECTS = [
  'ours',
  'google',
  'github',
  'openid-client',
  'node:http',
  'node-fetch',
  'floor',
] as const;

export type SubjectName = (typeof SUBJECTS)[number];

/** One row of the table. */
export interface Figure {
  name: string;
  /** Returns a value as text. */
  format: (value: number) => string;
  values: Partial<Record<SubjectName, number>>;
  /** The subject that `ours` is divided by. Default: no ratio. */
  against?: SubjectName;
}
