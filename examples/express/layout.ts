import type { Request, Response } from 'express';
import { type Html, html } from './html.js';
import type { Link, Problem } from './problems.js';
import { userOf } from './user.js';

declare module 'express-session' {
  interface SessionData {
    /** A message for the user, shown once on the next page. */
    notice: { kind: 'info' | 'warning'; text: string };
  }
}

/** The links of the navigation. */
const LINKS: Link[] = [
  { href: '/budget', label: 'Budget' },
  { href: '/payroll', label: 'Payroll' },
  { href: '/swap', label: 'Swap' },
  { href: '/savings', label: 'Savings' },
  { href: '/account', label: 'Account' },
];

/** Sends a page. */
export function sendPage(req: Request, res: Response, title: string, content: Html): void {
  // The page about a failed session store has no session.
  const notice = req.session?.notice;
  if (notice) delete req.session.notice;
  const user = userOf(req);
  res.send(
    html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Example app</title>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header>
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28"> Example app</a>
      ${user && navigation(req.path)}
      ${user && html`<form method="post" action="/logout"><button>Log out</button></form>`}
    </header>
    <main id="content">
      ${notice && html`<p class="notice ${notice.kind}" role="status">${notice.text}</p>`}
      ${content}
    </main>
    <footer>
      <p>Built with passport-monei. ${
        req.app.locals.emulated &&
        'It runs against an emulator of Monei on this machine: no account, no money, and the PIN is 1234.'
      }</p>
    </footer>
  </body>
</html>
`.toString(),
  );
}

function navigation(path: string): Html {
  return html`<nav aria-label="Apps">${LINKS.map(
    ({ href, label }) => html`<a href="${href}"${path === href && html` aria-current="page"`}>${label}</a> `,
  )}</nav>`;
}

/** Sends a page that says what went wrong, and what the user can do about it. */
export function sendProblem(
  req: Request,
  res: Response,
  { status, title, message, action, other }: Problem,
): void {
  res.status(status);
  sendPage(
    req,
    res,
    title,
    html`
      <section class="card">
        <h1>${title}</h1>
        <p>${message}</p>
        <div class="actions">
          <a class="button primary" href="${action.href}">${action.label}</a>
          ${other && html`<a class="button" href="${other.href}">${other.label}</a>`}
        </div>
      </section>`,
  );
}
