import { readFileSync } from 'node:fs';

/** Returns the entries that apps can import, of both packages: `passport-monei`, `monei-connect-emulator` and so on. */
export function entryPoints(): string[] {
  return ['package.json', 'emulator/package.json'].flatMap((path) => {
    const file = new URL(`../../../${path}`, import.meta.url);
    const { name, exports }: { name: string; exports: object } = JSON.parse(readFileSync(file, 'utf8'));
    const modules = Object.keys(exports).filter((entry) => entry !== './package.json');
    return modules.map((entry) => name + entry.slice(1));
  });
}
