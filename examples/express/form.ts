/** A text field, and what it has to hold. */
export interface Field {
  name: string;
  label: string;
  hint: string;
  inputMode: 'decimal' | 'email' | 'tel';
  autocomplete: string;
  /** What is good about it as a pattern, and what to tell who wrote something else. */
  pattern: RegExp;
  complaint: string;
}

/** A form as somebody filled it in. */
export interface FilledForm {
  values: Record<string, string>;
  /** By the name of the field. Empty: all is well. */
  complaints: Record<string, string>;
}

/** Reads the fields out of a body, which may be anything. */
export function readForm(fields: readonly Field[], body: unknown): FilledForm {
  const given = new Map(Object.entries(Object(body)));
  const form: FilledForm = { values: {}, complaints: {} };
  for (const { name, pattern, complaint } of fields) {
    const value = given.get(name);
    const text = typeof value === 'string' ? value.trim() : '';
    form.values[name] = text;
    if (!pattern.test(text)) form.complaints[name] = complaint;
  }
  return form;
}

/** Whether everything was filled in as it has to be. */
export function isComplete({ complaints }: FilledForm): boolean {
  return Object.keys(complaints).length === 0;
}
