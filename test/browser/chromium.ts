import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const HELP = `
This needs Chromium. On Debian:

  apt-get install chromium

Where it is installed elsewhere, CHROMIUM_PATH has to name its executable.`;

const ARGS = [
  '--no-sandbox', // With it, Chromium does not start as root. It only opens pages of this repository.
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let running: Browser | undefined;

/** Launches Chromium before all tests, so that one message replaces 30 failed tests if it is not installed. */
export async function mochaGlobalSetup(): Promise<void> {
  running = await launchChromium();
}

export async function mochaGlobalTeardown(): Promise<void> {
  await running?.close();
}

/** Returns the browser that all tests share. */
export function browser(): Browser {
  if (!running) throw new Error('Chromium was not launched: run these tests with `npm run test:browser`');
  return running;
}

/** Launches the installed Chromium. Ends this process with a message if Chromium is not installed. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    console.error(`There is no Chromium at ${executablePath}.\n${HELP}`);
    process.exit(1);
  }
  return chromium.launch({ executablePath, args: ARGS });
}
