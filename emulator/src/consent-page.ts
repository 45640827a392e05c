import { MONEI_SCOPES, type MoneiScope } from '../../src/scopes/catalogue.js';
import type { ConsentRequest } from './authorization-request.js';
import { type Html, html } from './html.js';
import { layout } from './layout.js';
import { displayName, type EmulatedUser } from './registrations.js';

/** Data of the consent page. */
interface ConsentView {
  request: ConsentRequest;
  /** The requested scopes that the user has not granted yet. */
  scopes: string[];
  user: EmulatedUser;
  users: EmulatedUser[];
  /** The parameters of the authorization request. The form sends them with the decision. */
  parameters: URLSearchParams;
}

/** The parameters that the form repeats. Others are left out, so that a link cannot decide for the user. */
const PARAMETERS = [
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'response_type',
  'code_challenge',
  'code_challenge_method',
];

/** Returns the consent page, on which the user allows or denies each scope. */
export function consentPage({ request, scopes, user, users, parameters }: ConsentView): Html {
  const app = request.client.name ?? request.client.clientID;
  const granted = request.scopes.filter((scope) => !scopes.includes(scope));
  const hidden = PARAMETERS.flatMap((name) =>
    parameters.getAll(name).map((value) => hiddenField(name, value)),
  );
  return layout(
    `Connect ${app}`,
    html`<h1>${app} asks for access to your Monei account</h1>
    ${users.length > 1 && userChoice(users, user, parameters)}
    <p>Signed in as <strong>${displayName(user)}</strong>. Decide on each permission. Then the browser returns to
    <strong>${new URL(request.redirectURI).host}</strong>.</p>
    <form method="post" action="/connect/authorize">
      ${hidden}
      ${hiddenField('user', user.id)}
      ${scopes.map((scope) => scopeChoice(scope, app))}
      ${scopes.length === 0 && html`<p>You allowed all of this before, so there is nothing to decide.</p>`}
      ${granted.length > 0 && html`<p class="quiet">Allowed before: ${granted.map(describeScope).join('; ')}.</p>`}
      <div class="buttons">
        <button name="decision" value="approve">Continue</button>
        <button name="decision" value="deny" class="secondary">Refuse everything</button>
      </div>
      <p class="quiet">You can revoke this access in Monei’s settings at any time.</p>
    </form>`,
  );
}

function hiddenField(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** Returns the choice for a scope. For a scope that moves money, Deny is preset, so that the user has to choose Allow. */
function scopeChoice(scope: string, app: string): Html {
  const { sensitive } = MONEI_SCOPES[scope as MoneiScope];
  const choice = (value: string, label: string, preset: boolean) =>
    html`<label><input type="radio" name="scope:${scope}" value="${value}"${preset && html` checked`}> ${label}</label>`;
  return html`<fieldset${sensitive && html` class="sensitive"`}>
        <legend>${describeScope(scope)}</legend>
        <span class="quiet"><code>${scope}</code>${sensitive && html` <strong>Moves or converts money</strong>`}</span>
        <div>${choice('allow', 'Allow', !sensitive)} ${choice('deny', 'Deny', sensitive)}</div>
        ${
          scope === 'profile:read' &&
          html`<p class="quiet consequence">Without it, ${app} cannot know who you are, and cannot sign you in.</p>`
        }
      </fieldset>`;
}

function userChoice(users: EmulatedUser[], current: EmulatedUser, parameters: URLSearchParams): Html {
  const choices = users.map((user, index) => {
    const separator = index > 0 && ' · ';
    if (user.id === current.id) {
      return html`${separator}<strong aria-current="true">${displayName(user)}</strong>`;
    }
    const query = new URLSearchParams([...parameters].filter(([name]) => name !== 'user'));
    query.set('user', user.id);
    return html`${separator}<a href="/connect/authorize?${query.toString()}">${displayName(user)}</a>`;
  });
  return html`<nav aria-label="Account">Continue as: ${choices}</nav>`;
}

/** Returns the description of a scope. It is known: a request with an unknown scope does not get this far. */
function describeScope(scope: string): string {
  return MONEI_SCOPES[scope as MoneiScope].description;
}
