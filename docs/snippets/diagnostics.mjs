import { subscribe } from 'node:diagnostics_channel';

export const refused = [];
subscribe('passport-monei', (event) => {
  if (event.step === 'state' && event.reason) refused.push(event.reason);
});

// A callback route that a browser without cookies requests.
const { MoneiStrategy } = await import('passport-monei');
const { MONEI_CLIENT_ID: clientID, MONEI_CLIENT_SECRET: clientSecret } = process.env;
const options = { clientID, clientSecret, callbackURL: 'http://localhost:3000/auth/monei/callback' };
const strategy = Object.create(new MoneiStrategy(options, async () => false));
strategy.fail = () => console.log(refused.join());
strategy.authenticate(
  { url: '/auth/monei/callback', query: { code: 'a', state: 'b' }, headers: { host: 'localhost:3000' }, session: {} },
  {},
);
