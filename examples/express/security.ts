import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { sendProblem } from './layout.js';
import { FOREIGN_FORM } from './problems.js';
import { userOf } from './user.js';

/** The content security policy: pages load this app's own style sheet and icon, and send forms to this app. */
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
    // With no-referrer, browsers would not send the origin of this app's own forms.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  next();
};

/** Refuses forms that other sites send. */
export const refuseForeignForms: RequestHandler = (req, res, next) => {
  if (isRead(req)) next();
  else refuseOtherSites(req, res, next);
};

/** Refuses requests that a page of another site causes. */
export const refuseOtherSites: RequestHandler = (req, res, next) => {
  if (isFromThisApp(req)) next();
  else sendProblem(req, res, FOREIGN_FORM);
};

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * Whether a page of this app causes the request, or the user opens the address. The cookie's `SameSite=Lax` keeps other
 * sites out, but not links, other subdomains or the other ports of localhost.
 */
function isFromThisApp(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && isRead(req));
  const origin = req.get('origin');
  if (origin === undefined) return true; // Every current browser sends one of the two headers with a form.
  return URL.canParse(origin) && new URL(origin).host === req.host;
}

/** Options of each limit. The standard headers include `Retry-After`. */
const PER_MINUTE = { windowMs: 60_000, standardHeaders: true, legacyHeaders: false } as const;

/** Limits each user to 30 forms and 60 pages a minute. Where no user is signed in, forms are limited by address. */
export function limitUsers(tooMany: RequestHandler): RequestHandler[] {
  const keyGenerator = (req: Request) => userOf(req)?.id ?? ipKeyGenerator(req.ip ?? '');
  const limits = { ...PER_MINUTE, keyGenerator, handler: tooMany };
  return [
    rateLimit({ ...limits, limit: 30, skip: isRead }),
    rateLimit({ ...limits, limit: 60, skip: (req) => !isRead(req) || userOf(req) === undefined }),
  ];
}

/**
 * Limits callbacks with a code to 5 a minute for each address, and to 8 a minute for the whole app. Each of them costs
 * one of the ten token requests a minute that Monei allows the app, also if it fails. Refreshes share those ten.
 */
export function limitCodes(tooMany: RequestHandler, busy: RequestHandler): RequestHandler[] {
  const limits = { ...PER_MINUTE, skip: (req: Request) => req.query.code === undefined };
  return [
    rateLimit({ ...limits, limit: 5, handler: tooMany }),
    rateLimit({ ...limits, limit: 8, keyGenerator: () => 'app', handler: busy }),
  ];
}
