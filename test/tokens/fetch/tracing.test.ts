import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { useMoneiApi } from '../../helpers/monei-api.js';

describe('TokenKeeper.fetch lets tools follow a request:', () => {
  const monei = useMoneiApi();

  it('agents and tracing find the context of the caller', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const trace = () => seen.push(['request', context.getStore()]);
    const agent = () => {
      seen.push(['agent', context.getStore()]);
      return undefined;
    };
    const keeper = await monei.signIn({ connect: monei.connect({ agent }) });
    subscribe('http.client.request.start', trace);
    try {
      await context.run('the caller', async () => {
        const body = new Blob(['{}']).stream();
        await keeper.fetch('ada', '/wallet/payout/transfer', { method: 'POST', body });
        expect(context.getStore()).to.equal('the caller');
      });
    } finally {
      unsubscribe('http.client.request.start', trace);
    }
    expect(seen).to.deep.equal([
      ['agent', 'the caller'],
      ['request', 'the caller'],
    ]);
  });

  it('the channel of this package tells of it without its path', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown) => events.push(event);
    const keeper = await monei.signIn();
    subscribe('passport-monei', listen);
    try {
      await keeper.fetch('ada', '/wallet/me');
    } finally {
      unsubscribe('passport-monei', listen);
    }
    expect(events).to.have.lengthOf(1);
    expect(events[0]).to.include({ step: 'call', endpoint: 'api', status: 200 });
    expect(events[0]).to.have.all.keys('step', 'endpoint', 'status', 'milliseconds');
  });
});
