import { type Html, html } from './html.js';

/** A field of a form. */
export interface Field {
  name: string;
  label: string;
  /** Shows the label to screen readers only, because a table has column headings. */
  labelHidden?: true;
  /** The pattern of a valid value. */
  pattern: RegExp;
  /** The message for a value that does not match `pattern`. */
  complaint: string;
  type?: 'password';
  /** The options of a select box. Without them, the field is a text box. */
  options?: readonly string[];
  inputMode?: 'decimal' | 'numeric' | 'email';
}

/** The values that a user entered, and what is wrong with them. */
export interface FilledForm {
  values: Record<string, string>;
  /** Messages by the name of the field. Empty: the form is complete. */
  complaints: Record<string, string>;
}

export const EMPTY: FilledForm = { values: {}, complaints: {} };

/** Returns the pattern of a positive amount with at most `decimals` decimals. */
export function amountPattern(decimals: number): RegExp {
  return new RegExp(`^(?=.*[1-9])\\d{1,9}(\\.\\d{1,${decimals}})?$`);
}

/** Returns the text fields of a parsed body or query, without surrounding white space. */
export function readValues(body: unknown): Record<string, string> {
  const texts = Object.entries(Object(body)).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value).trim()]));
}

/** Reads the fields from a parsed body or query, and compares them with their patterns. */
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

/** Whether every field has a valid value. */
export function isComplete({ complaints }: FilledForm): boolean {
  return Object.keys(complaints).length === 0;
}

/** Renders a field with its value and its complaint. The first field with a complaint has the focus. */
export function fieldInput(field: Field, { values, complaints }: FilledForm): Html {
  const { name, label, labelHidden, type = 'text', inputMode, options } = field;
  const complaint = complaints[name];
  const attributes = html`id="${name}" name="${name}"${
    complaint && html` aria-invalid="true" aria-describedby="${name}-error"`
  }${Object.keys(complaints)[0] === name && html` autofocus`}`;
  // Passwords are not sent back to the browser.
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
