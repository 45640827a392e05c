import type { AddressInfo } from 'node:net';
import { MoneiStrategy } from 'passport-monei';
import { type Config, ConfigError, listenError, readConfig } from '../express/env.js';
import { createApp } from './app.js';
import { chooseMonei } from './monei.js';
import { type User, WANTED_SCOPES } from './pages.js';

try {
  await start(readConfig(process.env));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start({ port, credentials, sessionSecret }: Config): Promise<void> {
  const { app, passport } = await createApp(sessionSecret);
  await app.listen({ port, host: '127.0.0.1' }).catch((error) => {
    throw listenError(error, port);
  });
  const monei = await chooseMonei(credentials);
  const url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const options = { ...monei.options, callbackURL: `${url}/auth/monei/callback`, scope: WANTED_SCOPES };
  // The redirect URI contains the port, so the strategy is created after the app listens.
  passport.use(
    // This app stores no tokens. The Express example does, encrypted.
    new MoneiStrategy(options, async (_accessToken, _refreshToken, profile): Promise<User> => {
      return { id: profile.id, name: profile.displayName, scopes: profile.grant.granted };
    }),
  );
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await app.close();
      await monei.close();
    });
  }
  console.log(`Open ${url}`);
}
