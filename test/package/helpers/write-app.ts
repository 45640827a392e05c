import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STRICT = {
  target: 'es2020',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

/** An app in TypeScript: its sources by file name, and the options of its `tsconfig.json` beside `strict`. */
export function writeApp(folder: string, sources: Record<string, string>, options: object): void {
  mkdirSync(folder);
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, name), source);
  const config = { compilerOptions: { ...STRICT, ...options } };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
}
