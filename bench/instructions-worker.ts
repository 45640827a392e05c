// Signs in COUNT times: `node instructions-worker.js STRATEGY API COUNT`.
import { signIn } from './sign-in.js';
import { type StrategyName, strategyFor } from './subjects.js';

const [name, api = '', count] = process.argv.slice(2) as [StrategyName, string, string];
const strategy = strategyFor(name, api);
for (let i = 0; i < Number(count); i++) await signIn(strategy);
process.exit(); // Idle connections would keep the process alive.
