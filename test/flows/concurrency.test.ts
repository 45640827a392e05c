import { expect } from 'chai';
import { type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { comeBack, optionsFor, start } from '../helpers/flow.js';

const USERS = [
  { id: 'ada', name: 'Ada' },
  { id: 'obi', name: 'Obi' },
];

describe('users who sign in at the same time', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;

  beforeEach(async () => {
    emulator = await startEmulator({ users: USERS });
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  for (const direct of [true, false]) {
    const how = direct ? 'given the strategy object itself' : 'given the strategy’s name';
    it(`are never mixed up when passport.authenticate() is ${how}`, async () => {
      // The first user's verify waits until the second user's is done.
      let second: () => void = () => {};
      const secondIsDone = new Promise<void>((resolve) => {
        second = resolve;
      });
      const verified: string[] = [];
      app = await startApp(
        (callbackURL) =>
          new MoneiStrategy(
            optionsFor(emulator, callbackURL),
            async (_accessToken, _refreshToken, { id }) => {
              verified.push(id);
              if (verified.length === 1) await secondIsDone;
              return { id };
            },
          ),
        { direct },
      );
      const [ada, obi] = [openBrowser(), openBrowser()];
      const backOfAda = await emulator.authorize((await start(app, ada)).href, { user: 'ada' });
      const backOfObi = await emulator.authorize((await start(app, obi)).href, { user: 'obi' });

      const first = comeBack(backOfAda, ada);
      while (verified.length === 0) await new Promise(setImmediate);
      const { user: userOfObi } = await comeBack(backOfObi, obi);
      second();
      const { user: userOfAda } = await first;

      expect(verified).to.deep.equal(['ada', 'obi']);
      expect(userOfAda).to.deep.equal({ id: 'ada' });
      expect(userOfObi).to.deep.equal({ id: 'obi' });
      expect(await (await ada(`${app.url}/whoami`)).json()).to.deep.equal({ user: { id: 'ada' } });
      expect(await (await obi(`${app.url}/whoami`)).json()).to.deep.equal({ user: { id: 'obi' } });
      expect(app.outcomes).to.have.lengthOf(2);
    });
  }

  it('each get their own outcome if one of them is refused', async () => {
    app = await startApp(
      (callbackURL) =>
        new MoneiStrategy(optionsFor(emulator, callbackURL), async (_accessToken, _refreshToken, { id }) => ({
          id,
        })),
      { direct: true },
    );
    const browsers = Array.from({ length: 20 }, openBrowser);
    const outcomes = await Promise.all(
      browsers.map(async (browser, i) => {
        const asked = await start(app, browser);
        const back = await emulator.authorize(
          asked.href,
          i % 3 === 0 ? { deny: true } : { user: i % 2 ? 'ada' : 'obi' },
        );
        const { user, info } = await comeBack(back, browser);
        return user ?? info?.code;
      }),
    );
    expect(outcomes).to.deep.equal(
      browsers.map((_, i) => (i % 3 === 0 ? 'access_denied' : { id: i % 2 ? 'ada' : 'obi' })),
    );
    expect(app.outcomes).to.have.lengthOf(20);
  });
});
