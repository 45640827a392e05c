import type { Request, RequestHandler } from 'express';
import passport from 'passport';
import {
  type MoneiAuthenticateOptions,
  MoneiStrategy,
  type MoneiStrategyOptions,
  type MoneiVerifyFunctionWithParams,
} from 'passport-monei';
import type { Arrival, Receive, Trip } from './arrival.js';
import { localPath } from './local-path.js';
import { declinedProblem, failureProblem } from './problems.js';
import { showProblem } from './respond.js';
import { type Contact, userOf } from './user.js';

export type Authenticator = passport.Authenticator;

const ACCOUNT = '/account';
const HOME = { returnTo: ACCOUNT, again: '/auth/monei' };

/** The strategy. Verify stores nothing: who came back is for the callback route to compare. */
export function createStrategy(options: MoneiStrategyOptions): MoneiStrategy {
  // `_done` is declared because it takes five parameters to be passed `params`.
  const verify: MoneiVerifyFunctionWithParams = async (accessToken, refreshToken, params, profile, _done) => {
    const { grant, ...contact } = profile;
    const tokens = { accessToken, refreshToken, expiresIn: params.expires_in, scopes: grant.granted };
    return { contact, tokens } satisfies Arrival;
  };
  return new MoneiStrategy(options, verify);
}

/** A Passport with this strategy. The session holds the user's id, and nothing else about them. */
export function createPassport(strategy: MoneiStrategy, users: ReadonlyMap<string, Contact>): Authenticator {
  const authenticator = new passport.Passport();
  authenticator.use(strategy);
  authenticator.serializeUser((user, done) => done(null, (user as Contact).id));
  authenticator.deserializeUser((id: string, done) => done(null, users.get(id) ?? false));
  return authenticator;
}

/** The ways to Monei and back. */
export class SignIn {
  readonly #passport: Authenticator;
  readonly #receive: Receive;

  /** @param receive what to do with who comes back */
  constructor(authenticator: Authenticator, receive: Receive) {
    this.#passport = authenticator;
    this.#receive = receive;
  }

  /** To Monei, for all that this app asks of everybody. */
  readonly start: RequestHandler = (req, res, next) => this.#throughMonei(HOME)(req, res, next);

  /**
   * To Monei, for exactly these scopes, and back to where the user was.
   *
   * @param returnTo a path of this app; default: that of the request
   */
  ask(scopes: string[], returnTo?: string): RequestHandler {
    return (req, res, next) => {
      const here = localPath(req.originalUrl) ?? ACCOUNT;
      const trip = { returnTo: returnTo ?? here, again: here, scopes };
      this.#throughMonei(trip, { scope: scopes, requiredScopes: scopes })(req, res, next);
    };
  }

  /** Back from Monei, with an answer, which may be no. */
  readonly finish: RequestHandler = (req, res, next) => this.#throughMonei(HOME)(req, res, next);

  /**
   * Both ways in one, because Passport knows a callback by its query, on any route: the answer is received in the same
   * way wherever it comes.
   */
  #throughMonei(way: Omit<Trip, 'user'>, asked: MoneiAuthenticateOptions = {}): RequestHandler {
    return (req, res, next) => {
      const state: Trip = { ...way, user: userOf(req)?.id };
      const handle: RequestHandler = this.#passport.authenticate(
        'monei',
        { ...asked, state },
        (error, arrival, info, status) => {
          if (error) return next(error);
          if (!arrival) return showProblem(req, res, problemOf(req, info, status));
          const { state: trip } = info as { state: Trip };
          this.#receive(req, res, arrival as Arrival, trip).catch(next);
        },
      );
      handle(req, res, next);
    };
  }
}

/** What to tell about a sign-in that failed. Where Monei said no to a trip of ours, the trip came back with it. */
function problemOf(req: Request, info: unknown, status: unknown) {
  const { missing, state }: { missing?: string[]; state?: Trip } =
    typeof info === 'object' && info !== null ? info : {};
  const signedIn = userOf(req) !== undefined;
  if (!signedIn || !state?.scopes) return failureProblem(info, status, signedIn);
  return declinedProblem(missing ?? state.scopes, state.again);
}
