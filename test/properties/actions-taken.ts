import type { MoneiAuthenticateOptions, MoneiStrategy } from '../../src/index.js';

/** A call of one of Passport's actions by a strategy. */
export interface ActionTaken {
  kind: 'success' | 'fail' | 'redirect' | 'pass' | 'error';
  args: unknown[];
}

/** A request that was handed to a strategy. */
export interface HandedOver {
  /** The actions so far. */
  taken: ActionTaken[];
  /**
   * Resolves with the first action, a few turns of the event loop later, so that `taken` would contain a second one.
   */
  action: Promise<ActionTaken>;
}

/**
 * Calls a strategy with a request as Passport does, with actions that record their calls.
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
  const action = new Promise<ActionTaken>((resolve) => {
    first = resolve;
  });
  const take =
    (kind: ActionTaken['kind']) =>
    (...args: unknown[]) => {
      const call = { kind, args };
      taken.push(call);
      if (kind === 'success') session?.regenerate(() => {});
      first(call);
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
  return { taken, action: action.then(afterSomeTurns) };
}

async function afterSomeTurns<T>(value: T): Promise<T> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  return value;
}
