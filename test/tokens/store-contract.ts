import { expect } from 'chai';
import type { TokenStore } from '../../src/tokens/index.js';
import { deferred } from '../helpers/deferred.js';
import { rejection } from '../helpers/rejection.js';

/**
 * What every store has to do, as tests of the suite that calls this.
 *
 * @param open gives two stores that share what they hold, as two processes would have them
 */
export function itIsATokenStore(open: () => [TokenStore, TokenStore]): void {
  it('gives back what was saved last, and nothing for others', async () => {
    const [store, elsewhere] = open();
    await store.save('ada', 'first');
    await elsewhere.save('ada', 'second — ✓\n');
    expect(await store.load('ada')).to.equal('second — ✓\n');
    expect((await store.load('bob')) ?? undefined).to.equal(undefined);
  });

  it('deletes for one user only, and as often as it is told to', async () => {
    const [store] = open();
    await store.save('ada', 'a');
    await store.save('bob', 'b');
    await store.delete('ada');
    await store.delete('ada');
    expect((await store.load('ada')) ?? undefined).to.equal(undefined);
    expect(await store.load('bob')).to.equal('b');
  });

  it('replaces only what is still there', async () => {
    const [store] = open();
    await store.save('ada', 'first');
    expect(await store.save('ada', 'second', 'other')).to.equal(false);
    expect(await store.load('ada')).to.equal('first');
    expect(await store.save('ada', 'second', 'first')).to.not.equal(false);
    expect(await store.load('ada')).to.equal('second');
    await store.delete('ada');
    expect(await store.save('ada', 'third', 'second')).to.equal(false);
    expect((await store.load('ada')) ?? undefined).to.equal(undefined);
  });

  it('saves where nothing is, if it is told that nothing is there', async () => {
    const [store] = open();
    expect(await store.save('ada', 'first', null)).to.not.equal(false);
    expect(await store.save('ada', 'second', null)).to.equal(false);
    expect(await store.load('ada')).to.equal('first');
  });

  it('deletes only what is still there, if it is told what that is', async () => {
    const [store] = open();
    await store.save('ada', 'first');
    expect(await store.delete('ada', 'other')).to.equal(false);
    expect(await store.load('ada')).to.equal('first');
    expect(await store.delete('ada', 'first')).to.not.equal(false);
    expect((await store.load('ada')) ?? undefined).to.equal(undefined);
  });

  it('lets one at a time work for a user, and others for other users meanwhile', async () => {
    const [store, elsewhere] = open();
    const log: string[] = [];
    const [inside, gate] = [deferred<void>(), deferred<void>()];
    const first = store.lock('ada', async () => {
      log.push('first in');
      inside.resolve();
      await gate.promise;
      log.push('first out');
    });
    await inside.promise; // Each store has a connection of its own: the second could be faster.
    const second = elsewhere.lock('ada', async () => {
      log.push('second');
    });
    await elsewhere.lock('bob', async () => {
      log.push('bob');
    });
    gate.resolve();
    await Promise.all([first, second]);
    expect(log.filter((line) => line !== 'bob')).to.deep.equal(['first in', 'first out', 'second']);
    expect(log.indexOf('bob')).to.be.below(log.indexOf('first out'));
  });

  it('hands on what was done under the lock, and opens it in any case', async () => {
    const [store, elsewhere] = open();
    const failure = new Error('failed under the lock');
    expect(await rejection(store.lock('ada', () => Promise.reject(failure)))).to.equal(failure);
    const thrown = store.lock('ada', () => {
      throw failure;
    });
    expect(await rejection(thrown)).to.equal(failure);
    expect(await elsewhere.lock('ada', async () => 'done')).to.equal('done');
  });
}
