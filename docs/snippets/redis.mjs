import { redisStore } from 'passport-monei/tokens';
import { createClient } from 'redis';

const client = createClient({ url: process.env.REDIS_URL });
client.on('error', console.error); // without it, a restart of Redis ends your process
await client.connect();
const store = redisStore({ client });

await store.save('ada', 'tokens');
console.log(await store.load('ada'));
await store.delete('ada');
await client.close();
