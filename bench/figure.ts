/** In the order of the columns. `floor`: what a row has to do in any case. */
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
  /** How a value of it is written. */
  format: (value: number) => string;
  values: Partial<Record<SubjectName, number>>;
  /** Whom ours is divided by. Without one, it is ours by itself that must reach something. */
  against?: SubjectName;
  /** At most this. */
  mustReach: number;
}
