import type { Request, Response } from 'express';
import type { Frame, Notice } from './layout.js';
import { type Problem, problemPage } from './pages.js';
import { userOf } from './user.js';

declare module 'express-session' {
  interface SessionData {
    notice: Notice;
  }
}

/** What goes around the content of every page. Takes the notice out of the session: it is shown once. */
export function frameOf(req: Request): Frame {
  const { emulated } = req.app.locals;
  // Where the session itself failed, there is none.
  const notice = req.session?.notice;
  if (notice) delete req.session.notice;
  return { user: userOf(req), notice, emulated };
}

/** Answers with a page that says what went wrong. */
export function showProblem(
  req: Request,
  res: Response,
  { status, ...problem }: Problem & { status: number },
): void {
  res.status(status).send(problemPage(frameOf(req), problem));
}
