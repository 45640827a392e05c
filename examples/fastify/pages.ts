import { missingScopes } from 'passport-monei';
import { type Html, html } from '../express/html.js';
import type { Problem } from '../express/pages.js';

/** What the session keeps of who is signed in. */
export interface User {
  name: string | undefined;
  /** What they allow this app to do at Monei. */
  scopes: string[];
}

/** What signing in asks for. */
export const WANTED_SCOPES = ['profile:read', 'wallet:read', 'wallet:send'];

/** Pages load nothing, run nothing, and stay out of caches. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** The start page, or what a signed-in user sees there. */
export function homePage(user: User | undefined): string {
  return user
    ? accountPage(user)
    : page('Welcome', html`<p><a href="/auth/monei">Sign in with Monei</a></p>`);
}

/** A page that says what went wrong, and what to do about it. */
export function problemPage({ title, message, action }: Problem): string {
  return page(
    title,
    html`<p>${message}</p>
    <p><a href="${action.href}">${action.label}</a></p>`,
  );
}

function accountPage({ name, scopes }: User): string {
  const missing = missingScopes(scopes, WANTED_SCOPES);
  return page(
    name === undefined ? 'Hello' : `Hello, ${name}`,
    html`<p>Allowed: ${scopes.join(', ')}</p>
    ${missing.length > 0 ? html`<p>Missing: ${missing.join(', ')}</p>` : undefined}
    ${missing.includes('wallet:send') ? html`<p><a href="/enable-send">Allow sending money</a></p>` : undefined}`,
  );
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`.toString();
}
