import { type Assumption, type AssumptionResult, type MoneiUnderTest, NotTried } from './assumption.js';
import { type Session, sessionOf } from './session.js';

/** Creates an assumption from its check. If the check throws, the assumption was not tried. */
export function assume(
  name: string,
  source: string,
  check: (session: Session) => Promise<AssumptionResult>,
): Assumption {
  return {
    name,
    source,
    async run(monei: MoneiUnderTest): Promise<AssumptionResult> {
      try {
        return await check(sessionOf(monei));
      } catch (error) {
        return { outcome: 'not tried', reason: reasonOf(error) };
      }
    },
  };
}

/** The pages of Monei's documentation. */
export const DOCS = {
  overview: 'docs.monei.cc/connect/overview',
  flow: 'docs.monei.cc/connect/oauth-flow',
  scopes: 'docs.monei.cc/connect/scopes',
  partialGrants: 'docs.monei.cc/connect/partial-grants',
  tokens: 'docs.monei.cc/connect/tokens',
  errors: 'docs.monei.cc/connect/errors',
  registration: 'docs.monei.cc/connect/register-app',
} as const;

/** Returns why a check failed. Messages of unknown errors can quote a URL or a header, so only their code is shown. */
function reasonOf(error: unknown): string {
  if (error instanceof NotTried) return error.message;
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const known = [cause?.code, code].find(
    (one) => typeof one === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(one),
  );
  return `a request failed${known === undefined ? '' : ` (${known})`}`;
}
