import { startEmulator } from 'monei-connect-emulator';

const emulator = await startEmulator({ tokenLife: 60 }); // seconds
emulator.fail({ endpoint: 'token', status: 503, times: 2 }); // the next two responses
emulator.fail({ endpoint: 'api', delay: 15_000 }); // milliseconds: longer than your app waits
emulator.fail({ endpoint: 'profile', cutOff: true }); // the response breaks off
emulator.expireTokens(); // API requests get a 401, and the refresh tokens stay valid
emulator.revokeGrant(); // the user revokes the access in Monei's settings
await emulator.close();
