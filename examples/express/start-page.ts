import type { RequestHandler } from 'express';
import { MONEI_SCOPES } from 'passport-monei';
import { html } from './html.js';
import { sendPage } from './layout.js';
import { describeScope } from './problems.js';
import { userOf } from './user.js';

/** The apps, and the scope that each asks for when it is opened. */
const APPS = [
  { href: '/budget', name: 'Budget', scope: 'wallet:read', about: 'What you have, and where it went.' },
  { href: '/payroll', name: 'Payroll', scope: 'wallet:send', about: 'Pay several people at once.' },
  { href: '/swap', name: 'Swap', scope: 'swap:execute', about: 'Turn one token into another.' },
  { href: '/savings', name: 'Savings', scope: 'wallet:read', about: 'Your sub-wallets, side by side.' },
] as const;

/** Sends the start page, with a link to sign in or with the apps. */
export const startPage: RequestHandler = (req, res) => {
  const user = userOf(req);
  const title = user ? `Hello, ${user.displayName ?? 'you'}` : 'Your Monei wallet, in four small apps';
  sendPage(
    req,
    res,
    title,
    html`
      <div class="hero">
        <h1>${title}</h1>
        ${
          !user &&
          html`
        <p class="lead">Sign in with Monei. Your password stays there: this app never sees it. Each app below asks for the
        one permission that it needs when you first open it.</p>
        <p><a class="button primary" href="/auth/monei">Connect Monei</a></p>`
        }
      </div>
      <ul class="apps">${APPS.map(
        ({ href, name, scope, about }) => html`
        <li class="card">
          <h2>${user ? html`<a href="${href}">${name}</a>` : name}</h2>
          <p>${about}</p>
          <p class="quiet">Needs: ${describeScope(scope)}${
            MONEI_SCOPES[scope].sensitive && html` <strong class="sensitive">Moves or converts money</strong>`
          }</p>
        </li>`,
      )}
      </ul>`,
  );
};
