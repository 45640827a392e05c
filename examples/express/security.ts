import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { sendProblem } from './layout.js';
import { FOREIGN_FORM } from './problems.js';
import { userOf } from './user.js';

/** Pages of this app load its own style sheet and icon, send forms to it, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'content-security-policy': POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Not no-referrer: with that, browsers hide the origin of this app's own forms too.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  next();
};

/** Takes forms from pages of this app only. */
export const refuseForeignForms: RequestHandler = (req, res, next) => {
  if (isSameOrigin(req)) next();
  else sendProblem(req, res, FOREIGN_FORM);
};

/**
 * Whether a request that changes something comes from a page of this app. The cookie's `SameSite=Lax` keeps other
 * sites out, but not other subdomains, nor the other ports of localhost.
 */
function isSameOrigin(req: Request): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.get('origin');
  if (origin === undefined) return true; // No browser of today: none sends a form without one of the two.
  return URL.canParse(origin) && new URL(origin).host === req.host;
}

const MINUTE = 60_000;

/** Lets a user, or an address where nobody is signed in, send thirty forms a minute. */
export function limitForms(answer: RequestHandler): RequestHandler {
  return rateLimit({
    windowMs: MINUTE,
    limit: 30,
    skip: (req) => req.method !== 'POST',
    keyGenerator: (req) => userOf(req)?.id ?? ipKeyGenerator(req.ip ?? ''),
    legacyHeaders: false,
    handler: answer,
  });
}

/**
 * Lets one address come back from Monei with ten false codes a minute. Each of them costs one of the ten token calls
 * that Monei allows this app in a minute, for all of its users.
 */
export function limitFalseCodes(answer: RequestHandler): RequestHandler {
  return rateLimit({
    windowMs: MINUTE,
    limit: 10,
    skip: (req) => req.query.code === undefined,
    skipSuccessfulRequests: true,
    legacyHeaders: false,
    handler: answer,
  });
}
