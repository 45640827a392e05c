import { expect } from 'chai';
import nock from 'nock';

// nock replaces Node's HTTP client as soon as it is imported. Tests on loopback need the real one.
nock.restore();

export { nock };

/** Puts nock in the place of the network for the tests of a suite, and expects that they use all they prepared. */
export function useNock(): void {
  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });
  after(() => {
    nock.enableNetConnect();
    nock.restore();
  });
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    expect(pending).to.deep.equal([]);
  });
}
