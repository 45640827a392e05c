import { MONEI_SCOPES, type MoneiScope } from '../scopes.js';
import type { ConsentRequest } from './authorization-server.js';
import type { EmulatedUser } from './registrations.js';

/** What the consent page shows. */
interface ConsentView {
  request: ConsentRequest;
  /** The scopes to decide on: those that were not granted before. */
  scopes: string[];
  user: EmulatedUser;
  users: EmulatedUser[];
  /** The parameters of the authorization request, to send along with the decision. */
  parameters: URLSearchParams;
}

/** What goes along with the decision: nothing that the decision itself is made of. */
const PARAMETERS = [
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'response_type',
  'code_challenge',
  'code_challenge_method',
];

/** The consent page: every scope with its own allow and deny. Plain HTML, without scripts. */
export function consentPage({ request, scopes, user, users, parameters }: ConsentView): string {
  const app = escapeHtml(request.client.name ?? request.client.clientID);
  const known = request.scopes.filter((scope) => !scopes.includes(scope));
  const hidden = PARAMETERS.flatMap((name) =>
    parameters.getAll(name).map((value) => hiddenField(name, value)),
  );
  return page(
    `Connect ${app}`,
    `<h1>${app} asks for access to your Monei account</h1>
    ${users.length > 1 ? userChoice(users, user, parameters) : ''}
    <p>Signed in as <strong>${escapeHtml(displayName(user))}</strong>. Decide on each permission by itself: you can
    allow some and deny others.</p>
    <form method="post" action="/connect/authorize">
      ${hidden.join('\n      ')}
      ${hiddenField('user', user.id)}
      ${scopes.map(scopeChoice).join('\n')}
      ${scopes.length === 0 ? '<p>There is nothing new to decide: you allowed all of this before.</p>' : ''}
      ${known.length > 0 ? `<p class="quiet">Allowed before: ${known.map(description).join('; ')}.</p>` : ''}
      <div class="buttons">
        <button name="decision" value="approve">Continue</button>
        <button name="decision" value="deny" class="secondary">Refuse everything</button>
      </div>
    </form>`,
  );
}

/** The page for a request that can't be answered through the browser. */
export function errorPage(message: string): string {
  return page(
    'Something is wrong with this link',
    `<h1>This link does not work</h1><p>${escapeHtml(message)}.</p>`,
  );
}

function hiddenField(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

function scopeChoice(scope: string): string {
  const name = `scope:${escapeHtml(scope)}`;
  const { sensitive } = MONEI_SCOPES[scope as MoneiScope];
  return `<fieldset${sensitive ? ' class="sensitive"' : ''}>
        <legend>${description(scope)}</legend>
        <p class="quiet"><code>${escapeHtml(scope)}</code>${sensitive ? ' <strong>Moves or converts money</strong>' : ''}</p>
        <label><input type="radio" name="${name}" value="allow" checked> Allow</label>
        <label><input type="radio" name="${name}" value="deny"> Deny</label>
      </fieldset>`;
}

function userChoice(users: EmulatedUser[], current: EmulatedUser, parameters: URLSearchParams): string {
  const links = users.map((user) => {
    if (user.id === current.id)
      return `<strong aria-current="true">${escapeHtml(displayName(user))}</strong>`;
    const query = new URLSearchParams([...parameters].filter(([name]) => name !== 'user'));
    query.set('user', user.id);
    return `<a href="/connect/authorize?${escapeHtml(query.toString())}">${escapeHtml(displayName(user))}</a>`;
  });
  return `<nav aria-label="Account">Continue as: ${links.join(' · ')}</nav>`;
}

/** Scopes without one don't get here: Monei refuses them. */
function description(scope: string): string {
  return escapeHtml(MONEI_SCOPES[scope as MoneiScope].description);
}

function displayName(user: EmulatedUser): string {
  return user.name ?? ([user.firstName, user.lastName].filter(Boolean).join(' ') || user.id);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)} · Monei emulator</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <header>Monei <span>emulator: no account, no money</span></header>
    <main>
    ${body}
    </main>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const STYLE = `
  :root { color-scheme: light; --ink: #14211b; --quiet: #56635c; --line: #d5ddd8; --brand: #0b6b45; --warn: #8a4b00;
    scroll-padding: 1rem; } /* Room for the outline of what is focused at the edge. */
  * { box-sizing: border-box; }
  body { margin: 0; background: #f2f5f3; color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
  header { background: var(--brand); color: #fff; padding: .75rem 1.25rem; font-weight: 700; }
  header span { font-weight: 400; margin-left: .5rem; }
  main { max-width: 34rem; margin: 1.5rem auto; padding: 1.5rem; background: #fff; border-radius: 12px;
    box-shadow: 0 1px 3px rgb(0 0 0 / .15); }
  h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .75rem; }
  fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .75rem; padding: .25rem 1rem .75rem; }
  fieldset.sensitive { border-color: var(--warn); background: #fffaf3; }
  legend { float: left; width: 100%; padding: 0; margin-top: .5rem; font-weight: 600; }
  legend + * { clear: left; }
  nav a { display: inline-block; min-height: 1.5rem; }
  .quiet { color: var(--quiet); margin: 0 0 .5rem; font-size: .9rem; }
  .sensitive .quiet strong { color: var(--warn); margin-left: .5rem; }
  label { display: inline-flex; align-items: center; gap: .4rem; min-height: 2.75rem; margin-right: 1.5rem; cursor: pointer; }
  input[type=radio] { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--brand); }
  .buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; }
  button { flex: 1 1 12rem; min-height: 2.75rem; border: 2px solid var(--brand); border-radius: 8px; background: var(--brand);
    color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
  button.secondary { background: #fff; color: var(--brand); }
  :focus-visible { outline: 3px solid #084f33; outline-offset: 2px; }
  @media (max-width: 36rem) { main { margin: 0; border-radius: 0; } }
`;
