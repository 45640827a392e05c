import { assume, DOCS } from './assume.js';
import { type Assumption, compare, NotTried } from './assumption.js';
import { describeRefusal, expectedRefusal } from './reply.js';

/** The assumptions about rate limits. They look at the responses to requests of other assumptions. */
export const rateLimits: Assumption[] = [
  assume('sends no rate-limit headers with the data routes', 'guess', async (session) => {
    const replies = [...(await session.readRoutes()).values()];
    const names = new Set(replies.flatMap(({ headers }) => [...headers.keys()].filter(isRateLimit)));
    return compare('none', [...names].sort().join(', ') || 'none');
  }),
  assume('says how many seconds to wait with 429', DOCS.errors, async (session) => {
    const [reply] = session.replies.filter(({ status }) => status === 429);
    if (!reply) throw new NotTried('no request was refused with 429');
    const seconds = reply.headers.get('retry-after') ?? 'absent';
    const expected = `${expectedRefusal(429)}, Retry-After: a number`;
    return compare(
      expected,
      `${describeRefusal(reply)}, Retry-After: ${/^\d+$/.test(seconds) ? 'a number' : seconds === 'absent' ? seconds : 'not a number'}`,
    );
  }),
];

function isRateLimit(name: string): boolean {
  return /^(x-)?rate-?limit(-|$)/.test(name);
}
