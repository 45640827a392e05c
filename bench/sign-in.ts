/** As much of a strategy as Passport uses. */
export interface Strategy {
  authenticate(req: object, options: object): unknown;
}

/** A browser's session, and where it was sent. */
export interface Started {
  session: object;
  location: string;
}

/** The redirect leg. */
export async function start(strategy: Strategy): Promise<Started> {
  const session = {};
  return { session, location: (await authenticate(strategy, session, {})) as string };
}

/** A whole sign-in: both legs. */
export async function signIn(strategy: Strategy): Promise<unknown> {
  const { session, location } = await start(strategy);
  const [, state] = /[?&]state=([^&]*)/.exec(location) ?? [];
  return authenticate(strategy, session, { code: 'SplxlOBeZQQYbYS6WxSbIA', state });
}

/** What Passport 0.7 does with a strategy, and nothing else. */
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
