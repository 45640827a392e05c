import type { Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';

/**
 * Lets one address come back from Monei with ten false codes a minute. Each of them costs one of the ten token calls
 * that Monei allows this app in a minute, for all of its users.
 */
export function limitFalseCodes(answer: (req: Request, res: Response) => void): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: 10,
    skip: (req) => req.query.code === undefined,
    skipSuccessfulRequests: true,
    legacyHeaders: false,
    handler: answer,
  });
}
