import { readFileSync } from 'node:fs';
import { missingScopes } from 'passport-monei';
import { type Html, html } from '../express/html.js';
import { describeScope, type Problem } from '../express/problems.js';

/** The user in the session. */
export interface User {
  /** The id of the Monei account. A pending sign-in belongs to the user with this id. */
  id: string;
  name: string | undefined;
  /** The scopes that the user granted. */
  scopes: string[];
}

/** The scopes that a sign-in requests. */
export const WANTED_SCOPES = ['profile:read', 'wallet:read', 'wallet:send'];

/** The headers of every page: it loads the style sheet, runs no script, and is not cached. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** The style sheet, served at `/style.css`. */
export const STYLE = readFileSync(new URL('../express/public/style.css', import.meta.url), 'utf8');

/** Returns the start page, or the account page of a signed-in user. */
export function homePage(user: User | undefined): string {
  if (user) return accountPage(user);
  return page(
    'Welcome',
    html`<p>See what you allow this app to do with your Monei wallet.</p>
      <p><a class="button primary" href="/auth/monei">Sign in with Monei</a></p>`,
  );
}

/** Returns a page that says what went wrong, and what the user can do about it. */
export function problemPage({ title, message, action }: Problem): string {
  return page(
    title,
    html`<p>${message}</p>
      <p><a class="button primary" href="${action.href}">${action.label}</a></p>`,
  );
}

function accountPage({ name, scopes }: User): string {
  const missing = missingScopes(scopes, WANTED_SCOPES);
  return page(
    name === undefined ? 'Hello' : `Hello, ${name}`,
    html`<h2>Allowed</h2>
      ${scopeList(scopes)}
      ${missing.length > 0 && html`<h2>Missing</h2>${scopeList(missing)}`}
      ${
        missing.includes('wallet:send') &&
        html`<p><a class="button primary" href="/enable-send">Allow sending money</a></p>`
      }`,
  );
}

function scopeList(scopes: string[]): Html {
  return html`<ul>${scopes.map((scope) => html`<li>${describeScope(scope)} <code>${scope}</code></li>`)}</ul>`;
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <section class="card">
      ${content}
      </section>
    </main>
  </body>
</html>
`.toString();
}
