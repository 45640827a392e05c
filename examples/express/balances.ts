import { type MoneiEvmPortfolio, type MoneiWallet, missingScopes } from 'passport-monei';
import { naira, tokens } from './format.js';
import { type Html, html } from './html.js';
import { callMonei } from './monei-api.js';
import type { SignIn } from './sign-in.js';

/**
 * How much naira there is to spend, on a page that works without knowing it.
 *
 * @param ask the path that asks for the permission to see it
 */
export async function nairaLine(signIn: SignIn, userId: string, ask: string): Promise<Html> {
  if (!(await maySee(signIn, userId))) return askLine(ask);
  const { nairaBalance } = await callMonei<MoneiWallet>(signIn.keeper, userId, 'GET /wallet/me');
  return html`<p>You have <strong>${naira(nairaBalance)}</strong>.</p>`;
}

/** The same for the tokens on a chain. */
export async function tokenLine(signIn: SignIn, userId: string, chain: number, ask: string): Promise<Html> {
  if (!(await maySee(signIn, userId))) return askLine(ask);
  const portfolio = await callMonei<MoneiEvmPortfolio>(signIn.keeper, userId, `GET /evm/portfolio/${chain}`);
  const held = portfolio.tokens.map(({ balance, symbol }) => tokens(balance, symbol));
  return html`<p>You have <strong>${held.join(', ') || 'no tokens here'}</strong>.</p>`;
}

async function maySee(signIn: SignIn, userId: string): Promise<boolean> {
  return missingScopes(await signIn.keeper.scopes(userId), ['wallet:read']).length === 0;
}

function askLine(ask: string): Html {
  return html`<p>Your balance would be here. <a href="${ask}">Allow this app to see it</a></p>`;
}
