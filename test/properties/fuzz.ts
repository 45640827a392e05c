import fc from 'fast-check';

/** How many times as many runs as in `npm test`: `npm run fuzz` asks for 100. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);

/** The same for every property of this process, so that one number repeats a failure, or a whole long run. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** In milliseconds: a counterexample that is not the smallest is better than a test that was given up. */
const PATIENCE = 6_000;

type Property = fc.IPropertyWithHooks<unknown> | fc.IAsyncPropertyWithHooks<unknown>;

// Ahead of everything: a run that hangs can be repeated, too.
before(() => console.log(`  Properties with FUZZ_SEED=${SEED}, ${TIMES} × their usual runs`));

/** Says after each tenth of a long run how far it is. */
function showProgress(property: Property, numRuns: number): void {
  let runs = 0;
  property.beforeEach(() => {
    runs += 1;
    if (runs % Math.ceil(numRuns / 10) === 0) console.log(`      ${runs} of ${numRuns} runs`);
  });
}

/** Checks a property. Fails with the smallest counterexample that turns up. */
export async function holds(property: Property, usualRuns: number): Promise<void> {
  const numRuns = Math.ceil(usualRuns * TIMES);
  if (TIMES > 1) showProgress(property, numRuns);
  await fc.assert<unknown>(property, {
    numRuns,
    seed: SEED,
    interruptAfterTimeLimit: PATIENCE * TIMES,
  });
}
