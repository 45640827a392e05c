import type { EmulatedAccount } from './api/index.js';
import type { Grant } from './authorization-server.js';
import { ENDPOINTS, type Troubles } from './faults.js';
import { type Html, html } from './html.js';
import { layout } from './layout.js';
import { displayName, type EmulatedClient, type EmulatedUser } from './registrations.js';

/** What the page at `/` shows. */
interface Overview {
  url: string;
  clients: readonly EmulatedClient[];
  users: readonly EmulatedUser[];
  grants: readonly Grant[];
  account: (userID: string) => EmulatedAccount;
  /** Seconds. */
  tokenLife: number;
  troubles: Troubles['waiting'];
}

const LAST = 10;

/** What the emulator is, and what happened in it, for the developer who runs it. */
export function startPage(overview: Overview): Html {
  const { url, clients, users, grants } = overview;
  return layout(
    'Overview',
    html`<h1>This is Monei Connect, on your machine</h1>
    <p>Nothing here is real: no account, no money. An app signs people in at <code>${url}/connect/authorize</code>, and calls
    the API at <code>${url}/api/v1</code>. How, is in the package: README.md, docs/emulator.md and docs/testing.md.
    What Monei does, is in <a href="https://docs.monei.cc/connect/overview">Monei's documentation</a>.</p>
    <h2>Apps</h2>
    <ul>${clients.map(appItem)}</ul>
    <h2>Access that people gave</h2>
    ${grants.length === 0 && html`<p class="quiet">None yet.</p>`}
    ${grants.map(grantBox)}
    <h2>People</h2>
    ${users.map((user) => personBox(user, overview.account(user.id)))}
    <h2>Trouble to rehearse</h2>
    ${troubleForms(overview)}`,
  );
}

function appItem({ clientID, name, redirectURIs }: EmulatedClient): Html {
  const where = redirectURIs ? redirectURIs.join(', ') || 'no redirect URI' : 'any redirect URI on loopback';
  return html`<li><strong>${name ?? clientID}</strong> <code>${clientID}</code>, ${where}</li>`;
}

function grantBox({ client, user, scopes, tokens }: Grant): Html {
  const app = client.name ?? client.clientID;
  const who = displayName(user);
  const button = (action: string, label: string) =>
    html`<button name="action" value="${action}" class="secondary" aria-label="${label}: ${app}, ${who}">${label}</button>`;
  return html`<form method="post" action="/" class="box">
      <input type="hidden" name="client" value="${client.clientID}">
      <input type="hidden" name="user" value="${user.id}">
      <p><strong>${app}</strong> for ${who}: ${scopes.join(', ') || 'nothing'}. ${tokens} ${tokens === 1 ? 'token pair' : 'token pairs'}.</p>
      <div class="buttons">${button('revoke', 'Revoke')} ${button('expire', 'Expire the access tokens')}</div>
    </form>`;
}

function personBox(user: EmulatedUser, { balances, transactions }: EmulatedAccount): Html {
  const held = Object.entries(balances).map(([asset, amount]) => `${amount} ${asset}`);
  return html`<section class="box">
      <p><strong>${displayName(user)}</strong> <code>${user.id}</code>: ${held.join(', ')}</p>
      ${
        transactions.length > 0 &&
        html`<ul>${transactions
          .slice(0, LAST)
          .map(
            ({ type, amount, currency, status, narration }) =>
              html`<li>${[type, amount, currency, status, narration].filter(Boolean).join(' ')}</li>`,
          )}</ul>`
      }
    </section>`;
}

function troubleForms({ tokenLife, troubles }: Overview): Html {
  const kinds = [
    ['500', 'fail with 500'],
    ['503', 'fail with 503'],
    ['429', 'fail with 429'],
    ['slow', 'come 15 s late'],
    ['cutOff', 'are cut off'],
  ];
  return html`${
    troubles.length > 0 &&
    html`<p>To come: ${troubles.map(({ endpoint, left }) => `${left} × ${endpoint}`).join(', ')}.</p>`
  }
    <form method="post" action="/" class="box">
      <label>The next <input name="times" type="number" min="1" max="1000" value="1" required></label>
      <label>answers of the endpoint <select name="endpoint">${ENDPOINTS.map((one) => html`<option>${one}</option>`)}</select></label>
      <label><span class="hidden">how they go wrong</span>
        <select name="kind">${kinds.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></label>
      <button name="action" value="fail" class="secondary">Order this</button>
    </form>
    <form method="post" action="/" class="box">
      <label>New access tokens live for <input name="seconds" type="number" min="1" max="3600" value="${tokenLife}" required> seconds</label>
      <button name="action" value="token-life" class="secondary">Set</button>
    </form>`;
}
