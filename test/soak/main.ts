// Runs 20,000 sign-ins at a server that injects faults, and prints the results: `npm run soak`. SOAK_SEED repeats a run,
// and SOAK_SIGN_INS sets the number of sign-ins.
import { HEAP_PROMISE, PROMISES, summary } from './promises.js';
import { soak } from './soak.js';

const { SOAK_SEED, SOAK_SIGN_INS = 20_000 } = process.env;
const seed = Number(SOAK_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`SOAK_SEED=${seed}`);

const signIns = Number(SOAK_SIGN_INS);
let done = 0;
const onSignIn = () => {
  done += 1;
  if (done % Math.ceil(signIns / 10) === 0) console.log(`${done} of ${signIns} sign-ins`);
};
const figures = await soak({ signIns, concurrency: 50, seed, timeout: 1000, onSignIn });
const line = (what: string, figure: string) => console.log(`${what.padEnd(74)}${figure}`);
for (const [what, figure] of summary(figures)) line(what, figure);
console.log();
for (const { what, figure, isKept } of [...PROMISES, HEAP_PROMISE]) {
  const kept = isKept(figures);
  if (!kept) process.exitCode = 1;
  line(`${kept ? 'kept  ' : 'BROKEN'}  ${what}`, figure(figures));
}
for (const failure of figures.wrongFailures.slice(0, 20)) console.log(failure);
