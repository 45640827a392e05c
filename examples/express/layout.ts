import { type Html, html } from './html.js';
import type { Contact } from './user.js';

/** Something to tell the user once, on the next page. */
export interface Notice {
  kind: 'info' | 'warning';
  text: string;
}

/** What every page knows. */
export interface Frame {
  user: Contact | undefined;
  notice: Notice | undefined;
  /** Whether Monei is the emulator. */
  emulated: boolean;
}

/** A whole page. */
export function page({ user, notice, emulated }: Frame, title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Example app</title>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header>
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28"> Example app</a>
      ${user && html`<form method="post" action="/logout"><button class="secondary">Log out</button></form>`}
    </header>
    <main id="content">
      ${notice && html`<p class="notice ${notice.kind}" role="status">${notice.text}</p>`}
      ${content}
    </main>
    <footer>
      <p>Built with passport-monei. ${
        emulated ? 'Monei is played by an emulator on this machine: no account, no money.' : undefined
      }</p>
    </footer>
  </body>
</html>
`.toString();
}
