import { runEmulator } from './command.js';
import { checkFromTerminal } from './contract/check-main.js';

const args = process.argv.slice(2);
if (args[0] === 'check') {
  checkFromTerminal(args.slice(1));
} else {
  // Without these handlers, Ctrl-C would not end a process with the ID 1, as in a container.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());
  runEmulator(args, console).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
