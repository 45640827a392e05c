import { expect } from 'chai';
import * as connect from '../../src/connect/index.js';
import * as main from '../../src/index.js';

describe('passport-monei/connect', () => {
  const names = ['MONEI_SCOPES', 'MoneiConnect', 'MoneiConnectError', 'missingScopes', 'scopesFor'];

  it('exports the names that a worker needs', () => {
    expect(connect).to.have.all.keys(names);
  });

  it('exports the same as the main entry', () => {
    for (const [name, value] of Object.entries(connect)) expect(main).to.have.property(name, value);
  });
});
