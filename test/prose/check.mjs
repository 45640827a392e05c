// Refuses words and constructions that readers of this project had to read twice: `npm run check`, or
// `node test/prose/check.mjs FILE…` for single files. Text without a hit can still be unclear.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files and folders without a hit. Add more here when they have none. */
const CLEAN = [
  '.github',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'bench',
  'docs',
  'emulator/README.md',
  'examples',
  'src/api',
  'src/connect',
  'src/diagnostics.ts',
  'src/index.ts',
  'src/internal',
  'src/scopes',
  'src/strategy',
  'src/tokens',
  'test/README.md',
  'test/browser',
  'test/connect',
  'test/coverage',
  'test/diagnostics.test.ts',
  'test/examples',
  'test/flows',
  'test/frameworks',
  'test/helpers',
  'test/internal',
  'test/nodes',
  'test/package',
  'test/postgres',
  'test/properties',
  'test/prose/prose.test.ts',
  'test/redis',
  'test/scopes',
  'test/security.test.ts',
  'test/soak',
  'test/strategy',
  'test/tokens',
  'test/types',
];

const TEXT = /\.([cm]?[jt]s|md|ya?ml)$/;
const LEFT_OUT = /(^|\/)(node_modules|dist|\..+)\//;

/** Words without a concrete meaning, and phrases that a plain one replaces. */
const WORDS = [
  ...['nobody', 'somebody', 'anybody', 'everybody', 'whoever', 'whomever', 'somebody else', 'by themselves'],
  ...['meanwhile', 'once more', 'all the same', 'some day', 'as far as (anybody|it|they)'],
  ...[
    'is none',
    'are none',
    'there is none',
    'goes well with',
    'makes? do',
    'make way',
    'wears?',
    'gives? up on',
  ],
];

/** A negated noun where a negated verb is plain: "is no number" for "is not a number". */
const NEGATED_NOUNS = [
  ...[
    'error',
    'number',
    'text',
    'login',
    'answer',
    'object',
    'reason',
    'such',
    'longer one',
    'one',
    'function',
  ],
  ...['failure', 'place', 'method'],
];

/** Comments that begin with a clause in place of a subject or a verb. */
const CLAUSES = [
  'What',
  'Who',
  'Whoever',
  'How long',
  'Where',
  'Those',
  'So many',
  'Anything',
  'Nothing',
  'Nobody',
];

const RULES = [
  new RegExp(`\\b(${WORDS.join('|')})\\b`, 'i'),
  new RegExp(`\\b(is|are|was|were) no (${NEGATED_NOUNS.join('|')})\\b`, 'i'),
  new RegExp(`(/\\*\\* ?|^\\s*\\* |//\\s*)(${CLAUSES.join('|')})\\b [a-z]`),
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : CLEAN.flatMap((path) => filesIn(path).map((file) => root + file));
const hits = files.flatMap(hitsIn);
for (const hit of hits) console.error(hit);
if (hits.length > 0) {
  console.error(`${hits.length} unclear constructions. CONTRIBUTING.md says how to write here.`);
  process.exitCode = 1;
}

function filesIn(path) {
  if (statSync(root + path).isFile()) return [path];
  const files = readdirSync(root + path, { recursive: true, encoding: 'utf8' });
  const paths = files.map((file) => `${path}/${file.replaceAll('\\', '/')}`);
  return paths.filter((file) => TEXT.test(file) && !LEFT_OUT.test(file));
}

function hitsIn(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const [text] = RULES.map((rule) => rule.exec(line)?.[0]).filter((found) => found !== undefined);
    return text === undefined
      ? []
      : `${file.replace(root, '')}:${index + 1}: ${text.trim()} in: ${line.trim()}`;
  });
}
