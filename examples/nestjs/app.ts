import {
  type ArgumentsHost,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  Get,
  Module,
  NotFoundException,
  Redirect,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { MoneiStrategyOptions } from 'passport-monei';
import { errorProblem, isExpected, NOT_FOUND } from '../express/problems.js';
import { homePage, PAGE_HEADERS, problemPage, type User } from '../fastify/pages.js';
import {
  EnableSendGuard,
  MONEI_OPTIONS,
  MoneiGuard,
  MoneiSignIn,
  SignInFailure,
  UserSerializer,
} from './sign-in.js';

@Controller()
class AppController {
  @Get()
  home(@Req() { user }: Request, @Res() response: Response): void {
    response.set(PAGE_HEADERS).send(homePage(user as User | undefined));
  }

  @Get('auth/monei')
  @UseGuards(MoneiGuard)
  signIn(): void {}

  @Get('enable-send')
  @UseGuards(EnableSendGuard)
  enableSend(): void {}

  @Get('auth/monei/callback')
  @UseGuards(MoneiGuard)
  @Redirect('/', 303)
  comeBack(): void {}
}

@Catch()
class ProblemPages implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const problem = problemOf(exception);
    const response = host.switchToHttp().getResponse<Response>();
    response.status(problem.status).set(PAGE_HEADERS).send(problemPage(problem));
  }
}

function problemOf(exception: unknown) {
  if (exception instanceof SignInFailure) return exception.problem;
  if (exception instanceof NotFoundException) return NOT_FOUND;
  if (!isExpected(exception)) console.error(exception);
  return errorProblem(exception, '/auth/monei');
}

@Module({
  controllers: [AppController],
  providers: [MoneiSignIn, UserSerializer, { provide: APP_FILTER, useClass: ProblemPages }],
})
class AppModule {}

/** Returns the module of the app, with these options of the strategy. */
export function appWith(options: MoneiStrategyOptions): DynamicModule {
  return { module: AppModule, providers: [{ provide: MONEI_OPTIONS, useValue: options }] };
}
