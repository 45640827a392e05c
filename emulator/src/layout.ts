import { type Html, html } from './html.js';
import { STYLE } from './style.js';

/** Returns a page of the emulator: plain HTML, without scripts. */
export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Monei emulator</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <header>Monei <span>emulator: no account, no money</span></header>
    <main>
    ${content}
    </main>
  </body>
</html>
`;
}

/** Returns a page with an error message. */
export function errorPage(message: string): Html {
  return layout(
    'Something is wrong with this request',
    html`<h1>This link does not work</h1>
    <p>${message}.</p>`,
  );
}
