import { type ExecutionContext, HttpException, Inject, Injectable } from '@nestjs/common';
import { AuthGuard, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { type MoneiProfile, MoneiStrategy, type MoneiStrategyOptions } from 'passport-monei';
import { type Problem, signInProblem } from '../express/problems.js';
import type { User } from '../fastify/pages.js';

export const MONEI_OPTIONS = Symbol('MONEI_OPTIONS');

/** Makes the user of each sign-in. */
@Injectable()
export class MoneiSignIn extends PassportStrategy(MoneiStrategy, 'monei') {
  constructor(@Inject(MONEI_OPTIONS) options: MoneiStrategyOptions) {
    super(options);
  }

  /** Returns the user. This app stores no tokens; the Express example does, encrypted. */
  async validate(_accessToken: string, _refreshToken: string, profile: MoneiProfile): Promise<User> {
    return { id: profile.id, name: profile.displayName, scopes: profile.grant.granted };
  }
}

/** Stores the whole user in the session, because this app has no database. */
@Injectable()
export class UserSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }
}

/** Starts a sign-in, and finishes it at the callback. */
@Injectable()
export class MoneiGuard extends AuthGuard('monei') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await this.logIn(context.switchToHttp().getRequest<Request>());
    return true;
  }

  override handleRequest<SignedIn>(
    error: unknown,
    user: SignedIn | false,
    info: unknown,
    context: ExecutionContext,
    status?: number,
  ): SignedIn {
    if (error) throw error;
    const signedIn = context.switchToHttp().getRequest<Request>().user !== undefined;
    if (!user) throw new SignInFailure(info, status, signedIn);
    return user;
  }
}

/** Asks for one more scope. The callback route needs no option for that. */
@Injectable()
export class EnableSendGuard extends MoneiGuard {
  override getAuthenticateOptions() {
    return { scope: ['wallet:send'] };
  }
}

/** A failed sign-in. Nest responds with the status that the strategy chose: 401 for a denial. */
export class SignInFailure extends HttpException {
  readonly problem: Problem;

  constructor(info: unknown, status: unknown, signedIn: boolean) {
    const problem = signInProblem(info, status, signedIn);
    super('The sign-in failed', problem.status);
    this.problem = problem;
  }
}
