// Compiled by `npm run check`, never run: editors suggest the nine known scopes, and other scopes are accepted.
import passport from 'passport';
import {
  MONEI_SCOPES,
  type MoneiScope,
  type MoneiScopeName,
  type MoneiScopes,
  MoneiStrategy,
  requireScopes,
  scopesFor,
} from '../../src/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Nine =
  | 'profile:read'
  | 'kyc:read'
  | 'wallet:read'
  | 'wallet:deposit'
  | 'wallet:send'
  | 'wallet:withdraw'
  | 'swap:execute'
  | 'bills:pay'
  | 'offramp:execute';

const _nine: Same<MoneiScope, Nine> = true;
// In a union with `string`, the nine names would be lost, and editors would suggest none.
const _offered: Same<Extract<MoneiScopeName, Nine>, Nine> = true;
const _offeredInLists: Same<Extract<Exclude<MoneiScopes, string>[number], Nine>, Nine> = true;
const _swallowed: Same<Extract<Nine | string, Nine>, Nine> = false;

// The catalogue.
const { description, sensitive, routes } = MONEI_SCOPES['wallet:send'];
const _routes: readonly string[] = routes;
const _opening: MoneiScope[] = scopesFor('GET', '/wallet/me');
const texts: string[] = [description];
const _sensitiveIsKnown: true = sensitive;
const names = Object.keys(MONEI_SCOPES) as MoneiScope[];
for (const name of names) texts.push(MONEI_SCOPES[name].description);
// @ts-expect-error no such scope
const _unknownScope = MONEI_SCOPES['cards:read'];
// @ts-expect-error the catalogue is read-only
MONEI_SCOPES['wallet:send'] = { description: '', sensitive: false, routes: [] };
// @ts-expect-error the catalogue is read-only
MONEI_SCOPES['wallet:send'].sensitive = true;

// Scopes can be known or unknown, in a list or in one string.
declare const strings: string[];
const fixed = ['wallet:read', 'cards:read'] as const;
const forms: MoneiScopes[] = [[], ['wallet:read'], ['cards:read'], strings, fixed, 'wallet:read cards:read'];
const registered = { clientID: 'mc_1', clientSecret: 'mcs_1', callbackURL: '/auth/monei/callback' };
for (const scope of forms) {
  new MoneiStrategy({ ...registered, scope, requiredScopes: scope }, () => {});
  passport.authenticate('monei', { scope, requiredScopes: scope });
  requireScopes(scope, { granted: () => strings });
}

// Values that are not scopes.
// @ts-expect-error a number
new MoneiStrategy({ ...registered, scope: [1] }, () => {});
// @ts-expect-error a number
new MoneiStrategy({ ...registered, requiredScopes: 1 }, () => {});
// @ts-expect-error undefined in the list
new MoneiStrategy({ ...registered, scope: ['wallet:read', undefined] }, () => {});
// @ts-expect-error a set
new MoneiStrategy({ ...registered, scope: new Set(['wallet:read']) }, () => {});
// @ts-expect-error neither an array nor a string
new MoneiStrategy({ ...registered, scope: MONEI_SCOPES }, () => {});
// @ts-expect-error not one of the nine
const _scope: MoneiScope = 'cards:read';
