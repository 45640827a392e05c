import { runEmulator } from './command.js';

// Ctrl-C ends it at once. Without handlers, it would not where this process is the first one, as in a container.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());
runEmulator(process.argv.slice(2), console).then((exitCode) => {
  process.exitCode = exitCode;
});
