import { readFileSync } from 'node:fs';

/** What apps can import, as they write it: `passport-monei`, `monei-connect-emulator` and so on. */
export function entryPoints(): string[] {
  const file = new URL('../../../package.json', import.meta.url);
  const { name, exports }: { name: string; exports: object } = JSON.parse(readFileSync(file, 'utf8'));
  const modules = Object.keys(exports).filter((path) => path !== './package.json');
  return modules.map((path) => name + path.slice(1));
}
