// Compiled by `npm run check`, never run: guarding routes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import {
  MissingScopeError,
  missingScopes,
  type RequireScopesOptions,
  requireScopes,
} from '../../src/index.js';

const app = express();
app.post('/send', requireScopes(['wallet:send'], { granted: (req) => (req.user ? ['wallet:send'] : []) }));
app.get(
  '/send',
  requireScopes('wallet:send', {
    granted: async (req: express.Request) => new Set(req.get('x')),
    onMissing: (req, res, next, missing) => (missing.length > 1 ? next() : res.redirect(req.path)),
  }),
);

// Stored scopes: any collection or a promise of one, or undefined without stored scopes.
declare const map: Map<string, number>;
declare const query: PromiseLike<readonly string[] | undefined>;
for (const granted of [
  () => ['wallet:send'] as const,
  () => new Set(['wallet:send']),
  () => map.keys(),
  () => 'wallet:send wallet:read',
  () => undefined,
  () => null,
  () => query,
  async () => null,
]) {
  app.use(requireScopes(['wallet:send'], { granted }));
}

// Without Express: request and response of any Connect-style framework.
const plain = requireScopes(['wallet:send'], {
  granted: (req: IncomingMessage) => (req.headers.authorization ? ['wallet:send'] : []),
  onMissing: (_req, res: ServerResponse) => res.writeHead(403).end(),
});
const _handler: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void = plain;
const written: RequireScopesOptions<{ scopes: string[] }, unknown> = {
  granted: (req) => req.scopes,
  onMissing: undefined,
};
requireScopes(['wallet:send'], written)({ scopes: [] }, undefined, () => {});

// @ts-expect-error `granted` is missing
requireScopes(['wallet:send'], {});
// @ts-expect-error `granted` is missing
requireScopes(['wallet:send']);
// @ts-expect-error a boolean is not a list of scopes
requireScopes(['wallet:send'], { granted: () => true });
// @ts-expect-error numbers are not scopes
requireScopes(['wallet:send'], { granted: async () => [1] });
// @ts-expect-error numbers are not scopes
requireScopes([1], { granted: () => [] });
// @ts-expect-error a request of another kind
app.use(requireScopes(['wallet:send'], { granted: (req: { scopes: string[] }) => req.scopes }));

// Without Connect.
const missing: string[] = missingScopes(new Set(['a']), ['a', 'b'] as const);
missing.push(...missingScopes('wallet:read wallet:send', map.keys()));
// @ts-expect-error undefined is not a list of scopes
missingScopes(undefined, ['a']);
// @ts-expect-error numbers are not scopes
missingScopes([1], ['a']);

// The error that `next` gets.
app.use((error: unknown, _req: express.Request, res: express.Response, next: express.NextFunction) => {
  if (!(error instanceof MissingScopeError)) return next(error);
  const [status, code, scopes]: [403, 'missing_scope', string[]] = [error.status, error.code, error.missing];
  res.status(status).json({ code, scopes });
});
