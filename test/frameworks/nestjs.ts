import { createServer } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Inject,
  Module,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { Request, Response } from 'express';
import passport from 'passport';
import { type MoneiProfile, MoneiStrategy, type MoneiStrategyOptions } from '../../src/index.js';
import { listenOnLoopback } from '../helpers/listen.js';
import { serverSession } from './express-5.js';
import {
  type AppSettings,
  BEN,
  CALLBACK_PATH,
  errorOutcome,
  type Framework,
  type FrameworkApp,
  failureOutcome,
  PLAIN_PATH,
  sessionUser,
  successOutcome,
} from './framework.js';

export const nestjs: Framework = { name: 'NestJS', start: startNest };

const OPTIONS = Symbol('options of the strategy');
const SIGN_INS = Symbol('options of the routes that start a sign-in');

/** Nest's mixin passes a verify function without declared parameters, which calls `validate`. */
class MoneiSignIn extends PassportStrategy(MoneiStrategy, 'monei') {
  constructor(@Inject(OPTIONS) options: MoneiStrategyOptions) {
    super(options);
  }

  async validate(_accessToken: string, _refreshToken: string, profile: MoneiProfile): Promise<MoneiProfile> {
    return profile;
  }
}

/** Redirects to Monei, with the options for the name in the path. */
class DepartureGuard extends AuthGuard('monei') {
  @Inject(SIGN_INS) private readonly signIns: AppSettings['signIns'] = {};

  override getAuthenticateOptions(context: ExecutionContext): object {
    const { name } = context.switchToHttp().getRequest<Request<{ name: string }>>().params;
    return this.signIns[name] ?? {};
  }
}

/** Logs the user in after the callback, and responds to failures with their details. */
class ReturnGuard extends AuthGuard('monei') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await this.logIn(context.switchToHttp().getRequest<Request>());
    return true;
  }

  override handleRequest<User>(
    error: unknown,
    user: User | false,
    info: unknown,
    _context: ExecutionContext,
    status = 401,
  ): User {
    if (error) throw error;
    if (!user) throw new HttpException(failureOutcome(info), status);
    return user;
  }
}

@Controller()
class AppController {
  @Get('auth/:name')
  @UseGuards(DepartureGuard)
  depart(): void {}

  @Get(CALLBACK_PATH)
  @UseGuards(ReturnGuard)
  comeBack(@Req() { user, authInfo }: Request) {
    return successOutcome(user, authInfo);
  }

  @Get(PLAIN_PATH)
  @UseGuards(AuthGuard('monei'))
  comeBackPlainly(@Req() { user, authInfo }: Request) {
    return successOutcome(user, authInfo);
  }

  @Get('remember')
  remember(@Req() { session }: Request) {
    Object.assign(session, { remembered: true });
    return {};
  }

  @Get('login')
  async logIn(@Req() req: Request) {
    const options = { session: true, keepSessionInfo: 'keep' in req.query };
    await new Promise<void>((resolve, reject) =>
      req.logIn(BEN, options, (error) => (error ? reject(error) : resolve())),
    );
    return {};
  }

  @Get('logout')
  async logOut(@Req() req: Request) {
    await new Promise<void>((resolve, reject) => req.logOut((error) => (error ? reject(error) : resolve())));
    return {};
  }

  @Get('whoami')
  whoami(@Req() { user, session }: Request) {
    return { user: user ?? null, remembers: 'remembered' in session };
  }
}

@Catch()
class ErrorResponses implements ExceptionFilter {
  readonly #errors: unknown[];

  constructor(errors: unknown[]) {
    this.#errors = errors;
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (exception instanceof HttpException) {
      response.status(exception.getStatus()).json(exception.getResponse());
      return;
    }
    this.#errors.push(exception);
    const { status, outcome } = errorOutcome(exception);
    response.status(status).json(outcome);
  }
}

function appModule(options: MoneiStrategyOptions, signIns: AppSettings['signIns']): Type {
  @Module({
    controllers: [AppController],
    providers: [
      { provide: OPTIONS, useValue: options },
      { provide: SIGN_INS, useValue: signIns },
      MoneiSignIn,
    ],
  })
  class AppModule {}
  return AppModule;
}

async function startNest({ options, signIns }: AppSettings): Promise<FrameworkApp> {
  const { server, url, close } = await listenOnLoopback(createServer());
  const errors: unknown[] = [];
  const module = appModule({ ...options, callbackURL: url + CALLBACK_PATH }, signIns);
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  // Nest's guards use Passport's global instance, which keeps registered strategies.
  passport.serializeUser((user, done) => done(null, sessionUser(user)));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  app.use(serverSession(), passport.session());
  app.useGlobalFilters(new ErrorResponses(errors));
  await app.init();
  server.on('request', app.getHttpAdapter().getInstance());
  return {
    url,
    errors,
    async close() {
      await app.close();
      passport.unuse('monei');
      await close();
    },
  };
}
