import { type Html, html } from './html.js';

/** A field to write into, and what it has to hold. */
export interface Field {
  name: string;
  label: string;
  /** Where the table around it shows what it is: the label is for screen readers. */
  labelHidden?: true;
  pattern: RegExp;
  /** What to tell who wrote something else. */
  complaint: string;
  type?: 'password';
  /** To choose from, instead of writing. */
  options?: readonly string[];
  inputMode?: 'decimal' | 'numeric' | 'email';
}

/** A form as somebody filled it in. */
export interface FilledForm {
  values: Record<string, string>;
  /** By the name of the field. Empty: all is well. */
  complaints: Record<string, string>;
}

export const EMPTY: FilledForm = { values: {}, complaints: {} };

/** A positive amount with at most this many decimals. */
export function amountPattern(decimals: number): RegExp {
  return new RegExp(`^(?=.*[1-9])\\d{1,9}(\\.\\d{1,${decimals}})?$`);
}

/** The text fields of a body or a query, which may be anything. */
export function readValues(body: unknown): Record<string, string> {
  const texts = Object.entries(Object(body)).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value).trim()]));
}

/** Reads these fields, and says what is wrong with them. */
export function readForm(fields: readonly Field[], body: unknown): FilledForm {
  const given = readValues(body);
  const form: FilledForm = { values: {}, complaints: {} };
  for (const { name, pattern, complaint } of fields) {
    const value = Object.hasOwn(given, name) ? (given[name] ?? '') : '';
    form.values[name] = value;
    if (!pattern.test(value)) form.complaints[name] = complaint;
  }
  return form;
}

/** Whether everything was filled in as it has to be. */
export function isComplete({ complaints }: FilledForm): boolean {
  return Object.keys(complaints).length === 0;
}

/** A field with what was written there and what is wrong with it. The first one that is wrong has the focus. */
export function fieldInput(field: Field, { values, complaints }: FilledForm): Html {
  const { name, label, labelHidden, type = 'text', inputMode, options } = field;
  const complaint = complaints[name];
  const attributes = html`id="${name}" name="${name}"${
    complaint && html` aria-invalid="true" aria-describedby="${name}-error"`
  }${Object.keys(complaints)[0] === name && html` autofocus`}`;
  // A password is never sent back.
  const value = type === 'password' ? '' : values[name];
  return html`
          <div class="field">
            <label for="${name}"${labelHidden && html` class="hidden"`}>${label}</label>
            ${complaint && html`<p class="error" id="${name}-error"><span class="hidden">Error: </span>${complaint}</p>`}
            ${
              options
                ? html`<select ${attributes}>${options.map((option) => html`<option${option === value && html` selected`}>${option}</option>`)}</select>`
                : html`<input ${attributes} value="${value}" type="${type}" maxlength="254" autocomplete="off"${
                    inputMode && html` inputmode="${inputMode}"`
                  }>`
            }
          </div>`;
}
