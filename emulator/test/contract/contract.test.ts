import { expect } from 'chai';
import { contract } from '../../src/contract/index.js';
import type { MoneiEmulator } from '../../src/index.js';
import { moneiAt, startEmulatorWithHistory } from './emulated-monei.js';

/** The assumptions that cannot be tried in a moment. */
const NOT_TRIED = [
  'refuses a code that is older than ten minutes, with 400',
  'refuses an access token after an hour, and still takes its refresh token',
  'says how many seconds to wait with 429',
];

describe('the contract', () => {
  let emulator: MoneiEmulator;
  let monei: ReturnType<typeof moneiAt>;
  before(async () => {
    emulator = await startEmulatorWithHistory();
    monei = moneiAt(emulator);
  });
  after(() => emulator.close());

  for (const { name, run } of contract) {
    it(`the emulator ${name}`, async () => {
      const result = await run(monei);
      if (NOT_TRIED.includes(name)) expect(result.outcome).to.equal('not tried');
      else expect(result).to.deep.equal({ outcome: 'holds' });
    });
  }

  it('the assumptions hold in reverse order', async () => {
    const other = await startEmulatorWithHistory();
    try {
      const another = moneiAt(other);
      const differing = [];
      for (const { name, run } of contract.toReversed()) {
        const { outcome } = await run(another);
        if (outcome === 'differs') differing.push(name);
      }
      expect(differing).to.deep.equal([]);
    } finally {
      await other.close();
    }
  });

  it('the contract needs at most ten consents for at least forty assumptions', () => {
    expect(contract.length).to.be.at.least(40);
    expect(monei.consents).to.be.within(1, 10);
  });

  it('each assumption has a source and a name of its own', () => {
    const names = contract.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const { name, source } of contract) {
      expect(name).to.match(/^[a-z]/);
      expect(source).to.match(/^(docs\.monei\.cc\/|guess)/);
    }
  });
});
