import { missingScopes } from 'passport-monei';
import { amount } from './amount.js';
import { type Html, html } from './html.js';
import { type Frame, page } from './layout.js';
import { description, isSensitive } from './permissions.js';
import type { Contact } from './user.js';
import type { WalletAnswer } from './wallet.js';

/** A connection to Monei as the account page shows it. No token gets this far. */
export interface ConnectionView {
  granted: string[];
  /** Absent when the user did not allow the app to see the wallet. */
  wallet: Exclude<WalletAnswer, { kind: 'unauthorized' }> | undefined;
}

/** A page about something that went wrong. */
export interface Problem {
  title: string;
  message: string;
  action: Link;
  /** Another way on. Default: the start page. */
  other?: Link | undefined;
}

interface Link {
  href: string;
  label: string;
}

/** The landing page. */
export function homePage(frame: Frame, wanted: readonly string[]): string {
  return page(
    frame,
    'Your Monei wallet, where you need it',
    html`
      <div class="hero">
        <h1>Your Monei wallet, where you need it</h1>
        <p class="lead">Sign in with Monei to see your balances here, and to decide what else this app may do for you. Your
        password stays with Monei: this app never sees it.</p>
        <p><a class="button" href="/auth/monei">Connect Monei</a></p>
      </div>
      <section class="card" aria-labelledby="asks">
        <h2 id="asks">What this app asks for</h2>
        <ul class="asks">
          ${wanted.map((scope) => html`<li>${description(scope)} ${sensitiveMark(scope)}</li>`)}
        </ul>
        <p class="quiet">At Monei you decide on each permission by itself. You can allow some, deny others, add one
        later, and disconnect whenever you like.</p>
      </section>`,
  );
}

/** The page of a signed-in user. Without a connection, it offers to make one. */
export function accountPage(
  frame: Frame & { user: Contact },
  wanted: readonly string[],
  connection: ConnectionView | undefined,
): string {
  const name = frame.user.displayName;
  return page(
    frame,
    'Your account',
    html`
      <h1>${name === undefined ? 'Your account' : `Hello, ${name}`}</h1>
      ${connection ? walletCard(connection) : reconnectCard()}
      ${connection && moneyCard()}
      ${connection && permissionsCard(wanted, connection.granted)}
      ${profileCard(frame.user)}
      ${connection && connectionCard()}`,
  );
}

/** A page that says what went wrong, and what to do about it. */
export function problemPage(frame: Frame, { title, message, action, other }: Problem): string {
  const second = other ?? { href: '/', label: 'Go to the start page' };
  return page(
    frame,
    title,
    html`
      <section class="card">
        <h1>${title}</h1>
        <p>${message}</p>
        <p><a class="button" href="${action.href}">${action.label}</a></p>
        ${action.href === second.href ? undefined : html`<p><a href="${second.href}">${second.label}</a></p>`}
      </section>`,
  );
}

function walletCard({ wallet }: ConnectionView): Html {
  return html`
      <section class="card" aria-labelledby="wallet">
        <h2 id="wallet">Wallet</h2>
        ${walletContent(wallet)}
      </section>`;
}

function walletContent(wallet: ConnectionView['wallet']): Html {
  if (!wallet) {
    return html`
        <p>Your balances would be here, but you did not allow this app to see them.</p>
        <p>${askLink('wallet:read')}</p>`;
  }
  switch (wallet.kind) {
    case 'failed':
      return html`<p class="notice warning">${wallet.message}</p>`;
    case 'data':
      return html`<pre tabindex="0" role="region" aria-label="Wallet data">${JSON.stringify(wallet.data, null, 2) ?? 'Monei sent no data.'}</pre>`;
    case 'balances':
      return html`
        <table>
          <caption>Your balances at Monei</caption>
          <thead><tr><th scope="col">Currency</th><th scope="col" class="number">Balance</th></tr></thead>
          <tbody>
            ${wallet.balances.map(
              ({ currency, balance }) =>
                html`<tr><th scope="row">${currency}</th><td class="number">${amount(balance)}</td></tr>`,
            )}
          </tbody>
        </table>`;
  }
}

function moneyCard(): Html {
  return html`
      <section class="card" aria-labelledby="money">
        <h2 id="money">Send and pay</h2>
        <div class="actions">
          <a class="button" href="/send">Send money</a>
          <a class="button" href="/bills">Buy airtime</a>
        </div>
        <p class="quiet">Where this app lacks the permission, Monei asks you for it and brings you back.</p>
      </section>`;
}

function permissionsCard(wanted: readonly string[], granted: readonly string[]): Html {
  const missing = new Set(missingScopes(granted, wanted));
  const scopes = [...new Set([...wanted, ...granted])];
  return html`
      <section class="card" aria-labelledby="permissions">
        <h2 id="permissions">Permissions</h2>
        <table>
          <caption>What you allowed this app to do at Monei</caption>
          <thead><tr><th scope="col">Permission</th><th scope="col">Status</th></tr></thead>
          <tbody>
            ${scopes.map((scope) => permissionRow(scope, missing.has(scope)))}
          </tbody>
        </table>
      </section>`;
}

function permissionRow(scope: string, missing: boolean): Html {
  return html`
            <tr>
              <th scope="row">${description(scope)} <code>${scope}</code> ${sensitiveMark(scope)}</th>
              <td>${
                missing
                  ? html`<span class="status missing">Missing</span> ${askLink(scope)}`
                  : html`<span class="status allowed">Allowed</span>`
              }</td>
            </tr>`;
}

/** A link and no form: browsers apply the policy `form-action 'self'` to redirects, and this one leads to Monei. */
function askLink(scope: string): Html {
  return html`<a class="button small" href="/auth/monei/more?scope=${encodeURIComponent(scope)}">Ask Monei<span
    class="hidden"> for: ${description(scope)}</span></a>`;
}

function profileCard({ id, displayName, name, emails = [], phoneNumbers = [] }: Contact): Html {
  const entries: [string, string | undefined][] = [
    ['Name', displayName],
    ['Given name', name?.givenName],
    ['Family name', name?.familyName],
    ...emails.map(({ value }): [string, string] => ['Email', value]),
    ...phoneNumbers.map(({ value }): [string, string] => ['Phone', value]),
    ['Monei id', id],
  ];
  return html`
      <section class="card" aria-labelledby="profile">
        <h2 id="profile">Profile</h2>
        <dl>
          ${entries.map(([term, value]) => value && html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
        </dl>
      </section>`;
}

function connectionCard(): Html {
  return html`
      <section class="card" aria-labelledby="connection">
        <h2 id="connection">Connection</h2>
        <p>This app may call Monei for you until you disconnect it here, or remove it in your Monei settings. It keeps
        its tokens encrypted, and refreshes them by itself.</p>
        <div class="actions">
          <form method="post" action="/disconnect"><button class="danger">Disconnect Monei</button></form>
        </div>
        <p class="quiet">Disconnecting makes this app's tokens useless and signs you out. Logging out keeps the
        connection.</p>
      </section>`;
}

function reconnectCard(): Html {
  return html`
      <section class="card" aria-labelledby="reconnect">
        <h2 id="reconnect">Monei is not connected any more</h2>
        <p>Monei no longer accepts this app's access to your account: perhaps you took it back in your Monei settings.
        This app has forgotten its tokens.</p>
        <p><a class="button" href="/auth/monei">Reconnect Monei</a></p>
      </section>`;
}

function sensitiveMark(scope: string): Html | undefined {
  return isSensitive(scope) ? html`<span class="sensitive">Moves or converts money</span>` : undefined;
}
