import { expect } from 'chai';
import { memoryStore } from '../../src/tokens/index.js';
import { itIsATokenStore } from './store-contract.js';

describe('memoryStore', () => {
  itIsATokenStore(() => {
    const store = memoryStore();
    return [store, store];
  });

  it('lets those who wait in line pass in their order', async () => {
    const store = memoryStore();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((turn) =>
        store.lock('ada', async () => {
          order.push(turn);
        }),
      ),
    );
    expect(order).to.deep.equal([1, 2, 3, 4]);
  });

  it('holds nothing that another store holds', async () => {
    await memoryStore().save('ada', 'tokens');
    expect(await memoryStore().load('ada')).to.equal(undefined);
  });
});
