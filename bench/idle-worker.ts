import { signIn } from './sign-in.js';
import { type StrategyName, strategyFor } from './subjects.js';
import { answer } from './worker.js';

const [name, api = ''] = process.argv.slice(2) as [StrategyName, string];
const strategy = strategyFor(name, api);

/** Signs in once, and returns the time in milliseconds. */
answer(async () => {
  const start = performance.now();
  await signIn(strategy);
  return performance.now() - start;
});
