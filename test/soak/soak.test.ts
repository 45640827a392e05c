import { expect } from 'chai';
import { PROMISES } from './promises.js';
import { type Figures, soak } from './soak.js';

/** The short version of `npm run soak`. */
describe('500 sign-ins at a Monei that misbehaves in 20 % of its calls', () => {
  let figures: Figures;

  before(async function () {
    this.timeout(120_000);
    // A busy machine needs more than a second for some requests of 50 sign-ins at a time.
    figures = await soak({ signIns: 500, concurrency: 50, seed: 20, timeout: 3000 });
  });

  it('get far: most succeed, and everything that can go wrong did', () => {
    expect(figures.succeeded).to.be.above(300);
    expect(figures.faultyCalls / figures.calls).to.be.within(0.15, 0.25);
    expect(figures.hit.size).to.be.at.least(12);
  });

  for (const { what, figure, isKept } of PROMISES) {
    it(what, () => {
      expect(isKept(figures), `${figure(figures)} ${figures.wrongFailures.slice(0, 5).join('\n')}`).to.equal(
        true,
      );
    });
  }
});
