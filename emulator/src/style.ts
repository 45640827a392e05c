import { html } from './html.js';

/** The style sheet of all pages. It has no characters that need escaping. */
export const STYLE = html`
  :root { color-scheme: light dark; --page: #f2f5f3; --box: #fff; --ink: #14211b; --quiet: #56635c; --line: #d5ddd8;
    --brand: #0b6b45; --on-brand: #fff; --warn: #8a4b00; --warn-box: #fffaf3;
    scroll-padding: 1rem; } /* Keeps focus outlines visible at the edge. */
  @media (prefers-color-scheme: dark) {
    :root { --page: #101613; --box: #18211d; --ink: #e6ede9; --quiet: #a3b1aa; --line: #3a4741; --brand: #4cc38a;
      --on-brand: #06150d; --warn: #f0b060; --warn-box: #2a2114; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
  header { background: var(--brand); color: var(--on-brand); padding: .5rem 1.25rem; font-weight: 700; }
  header span { font-weight: 400; margin-left: .5rem; }
  main { max-width: 40rem; margin: 1rem auto; padding: 1.25rem 1.5rem; background: var(--box); border-radius: 12px;
    box-shadow: 0 1px 3px rgb(0 0 0 / .15); }
  h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
  p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
  a { display: inline-block; min-height: 1.5rem; color: var(--brand); }
  .quiet { color: var(--quiet); font-size: .9rem; }
  fieldset { display: grid; grid-template-columns: minmax(0, 1fr) auto; min-width: 0; column-gap: 1rem; border: 1px solid var(--line);
    border-radius: 8px; margin: 0 0 .5rem; padding: .4rem .75rem; line-height: 1.3; }
  fieldset.sensitive { border-color: var(--warn); background: var(--warn-box); }
  legend { float: left; padding: 0; font-weight: 600; align-self: end; } /* A floating legend is a grid cell. */
  fieldset div { grid-column: 2; grid-row: 1 / 3; align-self: center; white-space: nowrap; }
  .sensitive strong { color: var(--warn); }
  .consequence { display: none; grid-column: 1 / -1; margin: .25rem 0; }
  fieldset:has([value=deny]:checked) .consequence { display: block; }
  label { display: inline-flex; align-items: center; gap: .4rem; min-height: 2.75rem; margin-right: .75rem; cursor: pointer; }
  input[type=radio] { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--brand); }
  .buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: .75rem 0; }
  button { min-height: 2.75rem; padding: 0 1rem; border: 2px solid var(--brand); border-radius: 8px;
    background: var(--brand); color: var(--on-brand); font: inherit; font-weight: 600; cursor: pointer; }
  .buttons button { flex: 1 1 12rem; }
  button.secondary { background: var(--box); color: var(--brand); }
  :focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
  h2 { font-size: 1.1rem; margin: 1.25rem 0 .5rem; }
  ul { margin: 0 0 .75rem; padding-left: 1.25rem; overflow-wrap: anywhere; }
  .box { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .5rem; padding: .5rem .75rem; }
  input[type=number], select { min-height: 2.75rem; max-width: 100%; padding: 0 .5rem; border: 1px solid var(--quiet);
    border-radius: 8px; background: var(--box); color: var(--ink); font: inherit; }
  .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  @media (max-width: 40rem) { main { margin: 0; border-radius: 0; } }
  @media (max-width: 30rem) { fieldset { grid-template-columns: minmax(0, 1fr); } fieldset div { grid-column: 1; grid-row: auto; } }
`;
