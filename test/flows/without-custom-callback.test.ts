import { expect } from 'chai';
import { type Consent, type MoneiEmulator, startEmulator } from '../../emulator/src/index.js';
import { MoneiStrategy } from '../../src/index.js';
import { startApp, type TestApp } from '../helpers/app.js';
import { openBrowser } from '../helpers/browser.js';
import { optionsFor, start } from '../helpers/flow.js';

/** Passport itself sends the response here, and a success without a user differs from a failure. */
describe('an app without a callback of its own', () => {
  let emulator: MoneiEmulator;
  let app: TestApp;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await app.close();
    await emulator.close();
  });

  const cases: [name: string, user: unknown, consent: Consent, status: number, text: string][] = [
    ['a user', { id: 'ada' }, {}, 200, 'success'],
    ['false', false, {}, 401, 'Unauthorized'],
    ['null', null, {}, 401, 'Unauthorized'],
    ['a user, but the user at Monei refuses', { id: 'ada' }, { deny: true }, 401, 'Unauthorized'],
    ['a user, but a required scope is missing', { id: 'ada' }, { allow: [] }, 403, 'Forbidden'],
  ];
  for (const method of ['authenticate', 'authorize'] as const) {
    it(`sets req.authInfo in ${method}, unless authInfo is false`, async () => {
      app = await startApp(
        (url) => new MoneiStrategy(optionsFor(emulator, url), async () => ({ id: 'ada' })),
        {
          routes: ({ express, passport }) => {
            for (const authInfo of [true, false]) {
              const options: object = { authInfo, session: false, callback: true };
              express.get(`/${authInfo}`, passport[method]('monei', options), (req, res) => {
                res.json(req.authInfo ?? 'none');
              });
            }
          },
          authenticateOptions: () => ({ state: 'mine' }),
        },
      );
      for (const [path, expected] of [
        ['/true', { state: 'mine' }],
        ['/false', 'none'],
      ] as const) {
        const browser = openBrowser();
        const back = await emulator.authorize((await start(app, browser)).href);
        const response = await browser(back.replace('/callback?', `${path}?`));
        expect(await response.json()).to.deep.equal(expected);
      }
    });
  }

  for (const [name, user, consent, status, text] of cases) {
    it(`responds with ${status} if verify returns ${name}`, async () => {
      app = await startApp(
        (url) =>
          new MoneiStrategy(
            { ...optionsFor(emulator, url.replace('/callback', '/plain')), scope: ['wallet:read'] },
            async () => user as Express.User,
          ),
      );
      const browser = openBrowser();
      const back = await emulator.authorize((await start(app, browser)).href, consent);
      const response = await browser(back);
      expect(response.status).to.equal(status);
      expect(await response.text()).to.include(text);
      const again = await browser(back);
      expect([again.status, await again.text()]).to.deep.equal([403, 'Forbidden']);
    });
  }
});
