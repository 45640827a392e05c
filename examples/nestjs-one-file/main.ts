import {
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  Logger,
  Module,
  Redirect,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import session from 'express-session';
import passport from 'passport';
import { type MoneiFailure, type MoneiProfile, MoneiStrategy } from 'passport-monei';

interface User {
  id: string;
  name: string | undefined;
  scopes: string[];
}

const {
  PORT = '3000',
  SESSION_SECRET = '',
  MONEI_CLIENT_ID = '',
  MONEI_CLIENT_SECRET = '',
  // The addresses of the emulator. Without them, those of Monei.
  MONEI_AUTHORIZATION_URL,
  MONEI_TOKEN_URL,
  MONEI_REVOCATION_URL,
  MONEI_USER_PROFILE_URL,
} = process.env;

@Injectable()
class MoneiSignIn extends PassportStrategy(MoneiStrategy, 'monei') {
  constructor() {
    super({
      clientID: MONEI_CLIENT_ID,
      clientSecret: MONEI_CLIENT_SECRET,
      callbackURL: `http://localhost:${PORT}/auth/monei/callback`,
      scope: ['wallet:read'],
      authorizationURL: MONEI_AUTHORIZATION_URL,
      tokenURL: MONEI_TOKEN_URL,
      revocationURL: MONEI_REVOCATION_URL,
      userProfileURL: MONEI_USER_PROFILE_URL,
    });
  }

  async validate(_accessToken: string, _refreshToken: string, profile: MoneiProfile): Promise<User> {
    return { id: profile.id, name: profile.displayName, scopes: profile.grant.granted };
  }
}

/** Stores the whole user in the session. With a database, store the id, and look up the user. */
@Injectable()
class UserSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }
}

/** A failed sign-in, with the status that the strategy chose: 401 for a denial. */
class SignInFailure extends HttpException {
  constructor(info: MoneiFailure | undefined, statusCode = 401) {
    const reason = info?.code === 'invalid_state' ? info.reason : undefined;
    const message = 'The sign-in failed. Please try again.';
    super({ statusCode, message, code: info?.code, reason }, statusCode);
  }
}

/** Starts a sign-in, and on the callback route logs in the user. */
@Injectable()
class MoneiGuard extends AuthGuard('monei') {
  readonly #logger = new Logger(MoneiGuard.name);

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await this.logIn(context.switchToHttp().getRequest<Request>());
    return true;
  }

  override handleRequest<SignedIn>(
    error: (Error & { status?: number }) | null,
    user: SignedIn | false,
    info: MoneiFailure | undefined,
    context: ExecutionContext,
    status?: number,
  ): SignedIn {
    if (error) {
      this.#logger.error(error);
      throw new HttpException('Please try again later.', error.status ?? 500, { cause: error });
    }
    const { user: signedIn } = context.switchToHttp().getRequest<{ user?: SignedIn }>();
    if (info?.code === 'invalid_state' && signedIn) return signedIn; // another tab signed the user in
    if (!user) throw new SignInFailure(info, status);
    return user;
  }
}

@Controller()
class AppController {
  @Get()
  home(@Req() { user }: { user?: User }) {
    return user ? { hello: user.name, scopes: user.scopes } : { signIn: '/auth/monei' };
  }

  @Get('auth/monei')
  @UseGuards(MoneiGuard)
  signIn(): void {}

  @Get('auth/monei/callback')
  @UseGuards(MoneiGuard)
  @Redirect('/')
  comeBack(): void {}
}

@Module({ controllers: [AppController], providers: [MoneiSignIn, UserSerializer] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' }, // and `secure: true` behind https
  }),
  passport.session(),
);
await app.listen(PORT);
console.log(`Open http://localhost:${PORT}`);
