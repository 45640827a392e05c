import { expect } from 'chai';
import { PROMISES } from './promises.js';
import { type Figures, soak } from './soak.js';

/** The short version of `npm run soak`. */
describe('500 sign-ins with a fault in 20 % of the requests to Monei', () => {
  let figures: Figures;

  before(async function () {
    this.timeout(120_000);
    // On a busy machine, some requests of 50 simultaneous sign-ins need more than a second.
    figures = await soak({ signIns: 500, concurrency: 50, seed: 20, timeout: 3000 });
  });

  it('mostly succeed, and get every kind of fault', () => {
    expect(figures.succeeded).to.be.above(300);
    expect(figures.faultyRequests / figures.requests).to.be.within(0.15, 0.25);
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
