import { getIronSession } from 'iron-session';
import { MoneiStrategy } from 'passport-monei';

const { APP_URL: origin = 'http://localhost:3000', SESSION_SECRET: password } = process.env;

/** Options of the session, which other routes and pages need to read it. */
const sessionOptions = {
  password, // at least 32 characters
  cookieName: 'session',
  cookieOptions: { httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') },
};

let strategy;

/** Returns the strategy. It is made by the first request, because `next build` loads this file without the secrets. */
function moneiStrategy() {
  const { MONEI_CLIENT_ID, MONEI_CLIENT_SECRET } = process.env;
  strategy ??= new MoneiStrategy(
    {
      clientID: MONEI_CLIENT_ID,
      clientSecret: MONEI_CLIENT_SECRET,
      callbackURL: `${origin}/auth/monei/callback`,
      scope: ['wallet:read'],
      // The addresses of the emulator. Without them, those of Monei.
      authorizationURL: process.env.MONEI_AUTHORIZATION_URL,
      tokenURL: process.env.MONEI_TOKEN_URL,
      revocationURL: process.env.MONEI_REVOCATION_URL,
      userProfileURL: process.env.MONEI_USER_PROFILE_URL,
    },
    async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
  );
  return strategy;
}

/** Runs the strategy for one request, as Passport does. Resolves with the action that the strategy takes. */
function authenticate(request, session) {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  return new Promise((resolve, reject) => {
    const actions = {
      redirect: (location) => resolve({ location }),
      success: (user) => resolve({ user }),
      fail: (failure) => resolve({ failure }),
      error: reject,
    };
    const running = Object.assign(Object.create(moneiStrategy()), actions);
    running.authenticate({ method: request.method, url: pathname + search, headers, session }, {});
  });
}

/** Starts a sign-in at /auth/monei, and finishes it at /auth/monei/callback. */
export async function GET(request) {
  const response = new Response();
  const stored = await getIronSession(request, response, sessionOptions);
  let session = { ...stored };
  let location;
  try {
    const { location: monei, user, failure } = await authenticate(request, session);
    // A login gets a new session. The user is stored as Passport does: pending sign-ins belong to this user.
    if (user) session = { passport: { user } };
    location = monei ?? (user ? '/' : `/?monei=${failure?.code ?? 'no_user'}`);
  } catch (error) {
    console.error(error); // the package's own errors hold no token, code or secret
    location = '/?monei=error';
  }
  for (const key of Object.keys(stored)) delete stored[key];
  await Object.assign(stored, session).save(); // adds the cookie to the headers of `response`
  response.headers.set('location', location);
  return new Response(null, { status: 303, headers: response.headers });
}
