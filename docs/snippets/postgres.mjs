import { postgresStore } from 'passport-monei/tokens';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
pool.on('error', console.error); // without it, a restart of PostgreSQL ends your process
const store = postgresStore({ pool });
await store.createTable(); // if it is not there. Or create it in a migration, with the SQL below

await store.save('ada', 'tokens');
console.log(await store.load('ada'));
await pool.end();
