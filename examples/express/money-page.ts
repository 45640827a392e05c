import type { Field, FilledForm } from './form.js';
import { type Html, html } from './html.js';
import { type Frame, page } from './layout.js';

/** What a page for one kind of payment says and asks. */
export interface MoneyPage {
  /** Where it is, and where its form goes. */
  path: string;
  title: string;
  lead: string;
  fields: readonly Field[];
}

/** A page with a form, as it was filled in, if it was. */
export function moneyPage(
  frame: Frame,
  { path, title, lead, fields }: MoneyPage,
  form: FilledForm = { values: {}, complaints: {} },
): string {
  const firstWrong = fields.find(({ name }) => form.complaints[name] !== undefined);
  return page(
    frame,
    firstWrong ? `Error: ${title}` : title,
    html`
      <section class="card">
        <h1>${title}</h1>
        <p>${lead}</p>
        <p class="quiet">This is an example: it checks what you enter, and moves no money.</p>
        <form method="post" action="${path}" novalidate>
          ${fields.map((field) => fieldRow(field, form, field === firstWrong))}
          <div class="actions"><button>${title}</button></div>
        </form>
        <p><a href="/account">Back to your account</a></p>
      </section>`,
  );
}

/** A field with a label, a hint, and what is wrong with it. The first one that is wrong has the focus. */
function fieldRow(
  { name, label, hint, inputMode, autocomplete }: Field,
  { values, complaints }: FilledForm,
  focused: boolean,
): Html {
  const complaint = complaints[name];
  const state = complaint === undefined ? undefined : html` aria-invalid="true"`;
  const described = complaint === undefined ? `${name}-hint` : `${name}-error ${name}-hint`;
  return html`
          <div class="field">
            <label for="${name}">${label}</label>
            <p class="quiet" id="${name}-hint">${hint}</p>
            ${complaint && html`<p class="error" id="${name}-error"><span class="hidden">Error: </span>${complaint}</p>`}
            <input id="${name}" name="${name}" value="${values[name] ?? ''}" inputmode="${inputMode}"
              autocomplete="${autocomplete}" maxlength="254" required aria-describedby="${described}"${state}${
                focused ? html` autofocus` : undefined
              }>
          </div>`;
}
