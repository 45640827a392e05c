import { expect } from 'chai';
import nock from 'nock';

// nock replaces Node's HTTP client as soon as it is imported. Tests on loopback need the real one.
nock.restore();

export { nock };

/** Replaces the network by nock for the tests of a suite. A test fails if it does not use all its nock interceptors. */
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
