import { runEmulator } from './command.js';

// Without these handlers, Ctrl-C would not end a process with the ID 1, as in a container.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());
runEmulator(process.argv.slice(2), console).then((exitCode) => {
  process.exitCode = exitCode;
});
