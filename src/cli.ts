#!/usr/bin/env node
import { runEmulator } from './emulator/command.js';

const [command, ...args] = process.argv.slice(2);
if (command === 'emulator') {
  // Ctrl-C ends it at once. Without handlers, it would not where this process is the first one, as in a container.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit());
  runEmulator(args, console).then((exitCode) => {
    process.exitCode = exitCode;
  });
} else {
  console.error('Usage: npx passport-monei emulator [options]. --help shows them.');
  process.exitCode = 1;
}
