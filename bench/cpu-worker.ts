import { FLOORS, type FloorName } from './floors.js';
import { signIn, start } from './sign-in.js';
import { type StrategyName, strategyFor } from './subjects.js';
import { answer } from './worker.js';

export interface CpuQuestion {
  leg: 'whole' | 'redirect';
  count: number;
}

const [name, api = ''] = process.argv.slice(2) as [StrategyName | FloorName, string];
const legs = legsOf(name);

answer(async ({ leg, count }: CpuQuestion) => {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await legs[leg]();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
});

function legsOf(name: StrategyName | FloorName): Record<CpuQuestion['leg'], () => Promise<unknown>> {
  if (name === 'node:http' || name === 'node-fetch') {
    const whole = () => FLOORS[name](api);
    return { whole, redirect: () => Promise.reject(new Error(`${name} has no redirect leg`)) };
  }
  const strategy = strategyFor(name, api);
  return { whole: () => signIn(strategy), redirect: () => start(strategy) };
}
