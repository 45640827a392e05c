import { postgresStore } from '../../src/tokens/index.js';
import { runKeeperProcess, type Task } from '../helpers/keeper-process.js';
import { openPool } from './postgres-server.js';

/** The settings of a process of `token-processes.postgres.ts`. */
export interface PostgresTask extends Task {
  table: string;
}

runKeeperProcess<PostgresTask>(async ({ table }) => {
  const pool = openPool(2);
  return { store: postgresStore({ pool, table }), close: () => pool.end() };
});
