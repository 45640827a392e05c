import { expect } from 'chai';
import { memoryStore, testTokenStore } from '../../../src/tokens/index.js';

describe('memoryStore', () => {
  for (const { name, run } of testTokenStore(memoryStore)) it(name, run);

  it('runs functions for one user one at a time, in the order of the calls', async () => {
    const store = memoryStore();
    const log: string[] = [];
    const work = (name: string) =>
      store.lock('ada', async () => {
        log.push(`${name} in`);
        await new Promise(setImmediate);
        log.push(`${name} out`);
      });
    const first = work('1');
    const others = [work('2'), work('3')];
    await first;
    await Promise.all([...others, work('4')]);
    expect(log).to.deep.equal(['1', '2', '3', '4'].flatMap((name) => [`${name} in`, `${name} out`]));
  });

  it('does not share its contents with another store', async () => {
    await memoryStore().save('ada', 'tokens');
    expect(await memoryStore().load('ada')).to.equal(undefined);
  });
});
