import type { MoneiAuthenticateOptions, MoneiStrategy } from '../../src/index.js';

/** One of Passport's actions, as a strategy took it. */
export interface ActionTaken {
  kind: 'success' | 'fail' | 'redirect' | 'pass' | 'error';
  args: unknown[];
}

/** A request that was handed to a strategy. */
export interface HandedOver {
  /** All that it was answered with so far. */
  taken: ActionTaken[];
  /** Resolves with the first answer, and a few turns later, so that a second one would show. */
  answered: Promise<ActionTaken>;
}

/**
 * Hands a request to the strategy as Passport does: with actions of its own.
 *
 * @param session regenerated on success, as Passport does when it logs a user in
 */
export function handOver(
  strategy: MoneiStrategy,
  req: object,
  {
    options = {},
    session,
  }: { options?: MoneiAuthenticateOptions; session?: { regenerate(done: () => void): void } } = {},
): HandedOver {
  const taken: ActionTaken[] = [];
  let first: (action: ActionTaken) => void = () => {};
  const answered = new Promise<ActionTaken>((resolve) => {
    first = resolve;
  });
  const take =
    (kind: ActionTaken['kind']) =>
    (...args: unknown[]) => {
      const action = { kind, args };
      taken.push(action);
      if (kind === 'success') session?.regenerate(() => {});
      first(action);
    };
  const actions = {
    success: take('success'),
    fail: take('fail'),
    redirect: take('redirect'),
    pass: take('pass'),
    error: take('error'),
  };
  const attempt = Object.assign(Object.create(strategy), actions) as MoneiStrategy;
  attempt.authenticate(req as Parameters<MoneiStrategy['authenticate']>[0], options);
  return { taken, answered: answered.then(afterSomeTurns) };
}

async function afterSomeTurns<T>(value: T): Promise<T> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  return value;
}
