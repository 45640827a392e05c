import type { EmulatedAccount } from './api/index.js';
import type { Grant } from './authorization-server.js';
import { ENDPOINTS, type PendingFault } from './faults.js';
import { type Html, html } from './html.js';
import { layout } from './layout.js';
import { displayName, type EmulatedClient, type EmulatedUser } from './registrations.js';

/** Data of the page at `/`. */
interface StartPageView {
  url: string;
  clients: readonly EmulatedClient[];
  users: readonly EmulatedUser[];
  grants: readonly Grant[];
  account: (userID: string) => EmulatedAccount;
  /** Lifetime of new access tokens, in seconds. */
  tokenLife: number;
  faults: readonly PendingFault[];
}

const SHOWN_TRANSACTIONS = 10;

/** Returns the page for the developer who runs the emulator: its apps, grants, users and faults. */
export function startPage(view: StartPageView): Html {
  const { url, clients, users, grants } = view;
  return layout(
    'Overview',
    html`<h1>Monei Connect on your machine</h1>
    <p>The accounts and the money are not real. An app sends users to <code>${url}/connect/authorize</code> and API
    requests to <code>${url}/api/v1</code>. README.md of this package describes how to configure the app.
    <a href="https://docs.monei.cc/connect/overview">Monei's documentation</a> describes Monei Connect.</p>
    <h2>Apps</h2>
    <ul>${clients.map(appItem)}</ul>
    <h2>Grants</h2>
    ${grants.length === 0 && html`<p class="quiet">None yet.</p>`}
    ${grants.map(grantBox)}
    <h2>Users</h2>
    ${users.map((user) => userBox(user, view.account(user.id)))}
    <h2>Faults</h2>
    ${faultForms(view)}`,
  );
}

function appItem({ clientID, name, redirectURIs }: EmulatedClient): Html {
  const where = redirectURIs ? redirectURIs.join(', ') || 'no redirect URI' : 'any redirect URI on loopback';
  return html`<li><strong>${name ?? clientID}</strong> <code>${clientID}</code>, ${where}</li>`;
}

function grantBox({ client, user, scopes, tokens }: Grant): Html {
  const app = client.name ?? client.clientID;
  const userName = displayName(user);
  const button = (action: string, label: string) =>
    html`<button name="action" value="${action}" class="secondary" aria-label="${label}: ${app}, ${userName}">${label}</button>`;
  return html`<form method="post" action="/" class="box">
      <input type="hidden" name="client" value="${client.clientID}">
      <input type="hidden" name="user" value="${user.id}">
      <p><strong>${app}</strong> for ${userName}: ${scopes.join(', ') || 'nothing'}. ${tokens} ${tokens === 1 ? 'token pair' : 'token pairs'}.</p>
      <div class="buttons">${button('revoke', 'Revoke')} ${button('expire', 'Expire the access tokens')}</div>
    </form>`;
}

function userBox(user: EmulatedUser, { balances, transactions }: EmulatedAccount): Html {
  const held = Object.entries(balances).map(([asset, amount]) => `${amount} ${asset}`);
  return html`<section class="box">
      <p><strong>${displayName(user)}</strong> <code>${user.id}</code>: ${held.join(', ')}</p>
      ${
        transactions.length > 0 &&
        html`<ul>${transactions
          .slice(0, SHOWN_TRANSACTIONS)
          .map(
            ({ type, amount, currency, status, narration }) =>
              html`<li>${[type, amount, currency, status, narration].filter(Boolean).join(' ')}</li>`,
          )}</ul>`
      }
    </section>`;
}

function faultForms({ tokenLife, faults }: StartPageView): Html {
  const kinds = [
    ['500', 'have status 500'],
    ['503', 'have status 503'],
    ['429', 'have status 429'],
    ['slow', 'are delayed by 15 s'],
    ['cutOff', 'are cut off'],
  ];
  return html`${
    faults.length > 0 &&
    html`<p>Still to happen: ${faults.map(({ endpoint, left }) => `${left} × ${endpoint}`).join(', ')}.</p>`
  }
    <form method="post" action="/" class="box">
      <label>The next <input name="times" type="number" min="1" max="1000" value="1" required></label>
      <label>responses of the endpoint <select name="endpoint">${ENDPOINTS.map((one) => html`<option>${one}</option>`)}</select></label>
      <label><span class="hidden">kind of fault</span>
        <select name="kind">${kinds.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></label>
      <button name="action" value="fail" class="secondary">Inject this fault</button>
    </form>
    <form method="post" action="/" class="box">
      <label>New access tokens live for <input name="seconds" type="number" min="1" max="3600" value="${tokenLife}" required> seconds</label>
      <button name="action" value="token-life" class="secondary">Set</button>
    </form>`;
}
