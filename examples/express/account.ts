import { Router } from 'express';
import { html } from './html.js';
import { sendPage } from './layout.js';
import { describeScope } from './problems.js';
import type { SignIn } from './sign-in.js';
import { forUser } from './user.js';

/**
 * Creates the routes of the account page: the profile, the allowed scopes, log-out and disconnecting.
 *
 * @param unrevoked ids of users whose tokens were deleted here, but not confirmed as revoked by Monei
 */
export function account({ keeper, users }: SignIn, unrevoked: Set<string>): Router {
  const router = Router();
  router.get(
    '/account',
    forUser(async (user, req, res) => {
      const allowed = await keeper.scopes(user.id);
      const { displayName, emails = [], phoneNumbers = [] } = user;
      sendPage(
        req,
        res,
        'Account',
        html`
      <h1>Account</h1>
      <section class="card" aria-labelledby="profile">
        <h2 id="profile">Profile</h2>
        <ul>
          ${[displayName, ...[...emails, ...phoneNumbers].map(({ value }) => value)].map(
            (value) => value && html`<li>${value}</li>`,
          )}
        </ul>
      </section>
      <section class="card" aria-labelledby="allowed">
        <h2 id="allowed">What you allowed this app</h2>
        <ul>${allowed.map((scope) => html`<li>${describeScope(scope)} <code>${scope}</code></li>`)}</ul>
        ${allowed.length === 0 && html`<p>Nothing: Monei is not connected. Open an app to connect again.</p>`}
      </section>
      <section class="card" aria-labelledby="connection">
        <h2 id="connection">Connection</h2>
        <p>This app may use your Monei account until you disconnect it here, or remove it in your Monei settings. Logging out
        keeps the connection.</p>
        <form method="post" action="/disconnect"><button class="danger">Disconnect Monei</button></form>
      </section>`,
      );
    }),
  );

  router.post(
    '/disconnect',
    forUser(async ({ id }, req, res, next) => {
      unrevoked.delete(id);
      await keeper.forget(id);
      users.delete(id);
      const confirmed = !unrevoked.delete(id);
      req.logOut((error) => {
        if (error) return next(error);
        req.session.notice = confirmed
          ? { kind: 'info', text: 'Monei is disconnected, and you are logged out.' }
          : {
              kind: 'warning',
              text:
                'This app has forgotten its access to your Monei account, but Monei did not confirm that it is revoked. ' +
                'To be sure, remove this app in your Monei settings.',
            };
        res.redirect(303, '/');
      });
    }),
  );

  router.post('/logout', (req, res, next) => {
    req.logOut((error) => {
      if (error) return next(error);
      req.session.notice = { kind: 'info', text: 'You are logged out.' };
      res.redirect(303, '/');
    });
  });
  return router;
}
