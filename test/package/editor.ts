import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { MONEI_SCOPES } from '../../src/index.js';
import { type PackedProject, packedProject } from './helpers/packed-project.js';
import { writeApp } from './helpers/write-app.js';

/** Places where people type scopes, each at the vertical bar. */
const TYPED = `
import passport from 'passport';
import { MoneiStrategy, requireScopes } from 'passport-monei';
import type { Consent } from 'monei-connect-emulator';
const registered = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/' };
new MoneiStrategy({ ...registered, scope: ['|'] }, () => {});
new MoneiStrategy({ ...registered, scope: ['cards:read', '|'] }, async () => {});
new MoneiStrategy({ ...registered, requiredScopes: ['|'] }, (access, refresh, profile, done) => {});
new MoneiStrategy({ ...registered, passReqToCallback: true, scope: ['|'] }, (req) => {});
passport.authenticate('monei', { scope: ['|'] });
passport.authorize('monei', { requiredScopes: ['|'] });
requireScopes(['|'], { granted: () => [] });
const consent: Consent = { allow: ['|'] };
`;

describe('an editor', () => {
  let project: PackedProject;
  before(() => {
    project = packedProject();
  });

  it('suggests the nine scopes wherever scopes are typed', () => {
    const lines = TYPED.split('\n');
    const places = lines.flatMap((line, index) =>
      line.includes('|') ? [{ line: index + 1, offset: line.indexOf('|') + 1 }] : [],
    );
    const app = join(project.folder, 'typed');
    writeApp(app, { 'typed.mts': TYPED.replaceAll('|', '') }, { module: 'nodenext' });
    const offers = askTypeScript(project, join(app, 'typed.mts'), places);
    const scopes = Object.keys(MONEI_SCOPES);
    expect(offers).to.have.lengthOf(8);
    for (const offer of offers) expect(offer).to.have.members(scopes);
  });
});

/** Returns the suggestions of TypeScript's language server in these places of a file. */
function askTypeScript({ folder }: PackedProject, file: string, places: object[]): string[][] {
  const requests = [
    { command: 'open', arguments: { file } },
    ...places.map((place) => ({ command: 'completionInfo', arguments: { file, ...place } })),
  ];
  const input = requests.map((request, seq) => `${JSON.stringify({ seq, type: 'request', ...request })}\n`);
  const server = join(folder, 'node_modules/typescript-5/lib/tsserver.js');
  const { stdout } = spawnSync(process.execPath, [server, '--disableAutomaticTypingAcquisition'], {
    input: input.join(''),
    encoding: 'utf8',
  });
  const messages: Message[] = [...stdout.matchAll(/^\{.*\}$/gm)].map(([json]) => JSON.parse(json));
  return messages
    .filter(({ command }) => command === 'completionInfo')
    .map(({ body }) => body?.entries.map(({ name }) => name) ?? []);
}

interface Message {
  command?: string;
  body?: { entries: { name: string }[] };
}
