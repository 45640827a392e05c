import { setTimeout as sleep } from 'node:timers/promises';

/** The users of a run, by the outcome of their visit. */
export interface WorkerReport {
  done: string[];
  /** These users have to sign in with Monei again. */
  reconnect: string[];
  /** These users did not allow a scope that `visit` needs. */
  missingScope: string[];
  /** Monei could not be reached, or `visit` threw. The next run visits them again. */
  failed: { userId: string; error: unknown }[];
}

export interface WorkerOptions {
  /** The duration of one run in milliseconds, over which visits are spread. Default: an hour, the life of access tokens. */
  period?: number;
  /** Waits for some milliseconds. Default: a timer. */
  wait?: (milliseconds: number) => Promise<unknown>;
}

/** The largest number of visits to one user in a run, if Monei asks the app to wait. */
const MAX_ATTEMPTS = 3;

/**
 * Calls `visit` for each user, one after the other, and continues with the next user whatever happens.
 *
 * Monei allows an app ten token requests a minute for all of its users together, sign-ins included. Visits at equal distances
 * keep far below that. If Monei still asks the app to wait, the worker waits and visits that user again.
 *
 * @param visit does the work, with `keeper.fetch`. It is repeated only if no tokens could be had, so before it has done anything.
 */
export async function visitUsers(
  userIds: readonly string[],
  visit: (userId: string) => Promise<unknown>,
  { period = 3_600_000, wait = sleep }: WorkerOptions = {},
): Promise<WorkerReport> {
  const report: WorkerReport = { done: [], reconnect: [], missingScope: [], failed: [] };
  for (const userId of userIds) {
    try {
      await visitUser(userId, visit, wait);
      report.done.push(userId);
    } catch (error) {
      const { code } = Object(error);
      if (code === 'reconnect_required') report.reconnect.push(userId);
      else if (code === 'missing_scope') report.missingScope.push(userId);
      else report.failed.push({ userId, error });
    }
    if (userId !== userIds.at(-1)) await wait(period / userIds.length);
  }
  return report;
}

async function visitUser(
  userId: string,
  visit: (userId: string) => Promise<unknown>,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await visit(userId);
      return;
    } catch (error) {
      const { endpoint, retryAfter } = Object(error);
      // An error of the token endpoint: no request to the API has been sent, or Monei has refused it with a 401.
      if (endpoint !== 'token' || retryAfter === undefined || attempt === MAX_ATTEMPTS) throw error;
      await wait(retryAfter * 1000);
    }
  }
}
