/** The part of a strategy that Passport uses. */
export interface Strategy {
  authenticate(req: object, options: object): unknown;
}

/** The session of a browser, and the URL that it was redirected to. */
export interface Started {
  session: object;
  location: string;
}

/** Starts a sign-in, and returns the redirect. */
export async function start(strategy: Strategy): Promise<Started> {
  const session = {};
  return { session, location: (await authenticate(strategy, session, {})) as string };
}

/** Runs a whole sign-in, with redirect and callback. */
export async function signIn(strategy: Strategy): Promise<unknown> {
  const { session, location } = await start(strategy);
  const [, state] = /[?&]state=([^&]*)/.exec(location) ?? [];
  return authenticate(strategy, session, { code: 'SplxlOBeZQQYbYS6WxSbIA', state });
}

/** Calls a strategy as Passport 0.7 does. */
function authenticate(strategy: Strategy, session: object, query: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy);
    attempt.success = resolve;
    attempt.redirect = resolve;
    attempt.error = reject;
    attempt.pass = reject;
    attempt.fail = (challenge: object) => reject(new Error(JSON.stringify(challenge)));
    const headers = { host: 'localhost:3000' };
    attempt.authenticate(
      { method: 'GET', url: '/auth/callback', headers, connection: {}, session, query },
      {},
    );
  });
}
