import { Router } from 'express';
import type { MoneiSubWallet, MoneiWallet } from 'passport-monei';
import { money } from './format.js';
import { type Html, html } from './html.js';
import { sendPage } from './layout.js';
import { requestMonei } from './monei-api.js';
import type { SignIn } from './sign-in.js';
import { forUser } from './user.js';

/** Creates the routes of Savings, which shows the sub-wallets. */
export function savings(signIn: SignIn): Router {
  const router = Router();
  router.get('/savings/allow', signIn.ask(['wallet:read'], '/savings'));
  router.get(
    '/savings',
    signIn.require(['wallet:read'], '/savings/allow'),
    forUser(async ({ id }, req, res) => {
      const { subwallets } = await requestMonei<MoneiWallet>(signIn.keeper, id, 'GET /wallet/me');
      sendPage(
        req,
        res,
        'Savings',
        html`
      <h1>Savings</h1>
      ${subwallets.map(card)}
      <section class="card" aria-labelledby="moving">
        <h2 id="moving">Moving money between them</h2>
        <p>Monei’s API can’t move money from one sub-wallet to another, so this app can’t either. It can
        <a href="/swap">swap one token for another</a>, and you can pay into each sub-wallet from outside, with the details
        above.</p>
      </section>`,
      );
    }),
  );
  return router;
}

function card(subwallet: MoneiSubWallet): Html {
  const { id, type, currency, chain, balance, publicAddress, virtualAccount } = subwallet;
  const name = type === 'FIAT' ? 'Naira' : `Crypto on ${chain === 'EVM' ? 'EVM chains' : 'Solana'}`;
  return html`
      <section class="card" aria-labelledby="wallet-${id}">
        <h2 id="wallet-${id}">${name}</h2>
        <p class="amount">${money(balance, currency)}</p>
        <dl>
          ${virtualAccount ? html`<div><dt>To pay in, transfer to</dt><dd>${virtualAccount.accountNumber}, ${virtualAccount.bankName}</dd></div>` : undefined}
          ${publicAddress ? html`<div><dt>To pay in, send to</dt><dd><code>${publicAddress}</code></dd></div>` : undefined}
        </dl>
      </section>`;
}
