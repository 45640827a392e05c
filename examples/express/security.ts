import type { Request, RequestHandler } from 'express';

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

/**
 * Whether a request that changes something comes from a page of this app. The cookie's `SameSite=Lax` keeps other
 * sites out, but not other subdomains, nor the other ports of localhost.
 */
export function isSameOrigin(req: Request): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.get('origin');
  if (origin === undefined) return true; // No browser of today: none sends a form without one of the two.
  return URL.canParse(origin) && new URL(origin).host === req.host;
}
