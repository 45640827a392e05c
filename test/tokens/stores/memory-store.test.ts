import { expect } from 'chai';
import { memoryStore, testTokenStore } from '../../../src/tokens/index.js';

describe('memoryStore', () => {
  for (const { name, run } of testTokenStore(memoryStore)) it(name, run);

  it('lets those who wait in line pass in their order, one at a time, also who comes late', async () => {
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

  it('holds nothing that another store holds', async () => {
    await memoryStore().save('ada', 'tokens');
    expect(await memoryStore().load('ada')).to.equal(undefined);
  });
});
