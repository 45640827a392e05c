import { type MoneiEvmPortfolio, type MoneiWallet, missingScopes } from 'passport-monei';
import { naira, tokens } from './format.js';
import { type Html, html } from './html.js';
import { requestMonei } from './monei-api.js';
import { isExpected } from './problems.js';
import type { SignIn } from './sign-in.js';

/**
 * Returns a line with the user's naira, or a link to allow `wallet:read`.
 *
 * @param ask the path of the route that asks Monei for `wallet:read`
 */
export async function nairaLine(signIn: SignIn, userId: string, ask: string): Promise<Html> {
  if (!(await maySee(signIn, userId))) return askLine(ask);
  const { nairaBalance } = await requestMonei<MoneiWallet>(signIn.keeper, userId, 'GET /wallet/me');
  return html`<p>You have <strong>${naira(nairaBalance)}</strong>.</p>`;
}

/** Returns a line with the user's tokens on a chain, or a link to allow `wallet:read`. */
export async function tokenLine(signIn: SignIn, userId: string, chain: number, ask: string): Promise<Html> {
  if (!(await maySee(signIn, userId))) return askLine(ask);
  const portfolio = await requestMonei<MoneiEvmPortfolio>(
    signIn.keeper,
    userId,
    `GET /evm/portfolio/${chain}`,
  );
  const held = portfolio.tokens.map(({ balance, symbol }) => tokens(balance, symbol));
  return html`<p>You have <strong>${held.join(', ') || 'no tokens here'}</strong>.</p>`;
}

/** Returns a balance line, or another line if Monei is not available, because the page has an outcome to show. */
export async function lineIfAvailable(line: Promise<Html>): Promise<Html> {
  try {
    return await line;
  } catch (error) {
    if (!isExpected(error)) console.error(error);
    return html`<p>Your balance is not available right now.</p>`;
  }
}

async function maySee(signIn: SignIn, userId: string): Promise<boolean> {
  return missingScopes(await signIn.keeper.scopes(userId), ['wallet:read']).length === 0;
}

function askLine(ask: string): Html {
  return html`<p>Your balance would be here. <a href="${ask}">Allow this app to see it</a></p>`;
}
