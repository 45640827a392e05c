import fc from 'fast-check';

/** The factor for the number of runs. It is 1 in `npm test` and 100 in `npm run fuzz`. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);

/** The seed of all properties of this process, with which a failure or a long run can be repeated. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** The time limit of a property in milliseconds, after which it fails with the smallest counterexample so far. */
const LIMIT_MS = 6_000;

type Property = fc.IPropertyWithHooks<unknown> | fc.IAsyncPropertyWithHooks<unknown>;

// Printed first, so that a run that hangs can be repeated.
before(() => console.log(`  Properties with FUZZ_SEED=${SEED}, ${TIMES} × their usual runs`));

/** Prints the progress after each tenth of a long run. */
function showProgress(property: Property, numRuns: number): void {
  let runs = 0;
  property.beforeEach(() => {
    runs += 1;
    if (runs % Math.ceil(numRuns / 10) === 0) console.log(`      ${runs} of ${numRuns} runs`);
  });
}

/** Checks a property. Fails with the smallest counterexample. */
export async function holds(property: Property, usualRuns: number): Promise<void> {
  const numRuns = Math.ceil(usualRuns * TIMES);
  if (TIMES > 1) showProgress(property, numRuns);
  await fc.assert<unknown>(property, {
    numRuns,
    seed: SEED,
    interruptAfterTimeLimit: LIMIT_MS * TIMES,
  });
}
