// Checked by the compiler, here and in the tests of the packed package: how callers use the contract.
import {
  type Assumption,
  type AssumptionResult,
  type ConsentUnderTest,
  contract,
  type MoneiUnderTest,
} from '../src/contract/index.js';

export const monei: MoneiUnderTest = {
  clientID: 'mc_client',
  clientSecret: 'secret',
  redirectURI: 'http://localhost:3000/callback',
  endpoints: { authorizationURL: '', tokenURL: '', revocationURL: '', userProfileURL: '' },
  apiURL: '',
  request: fetch,
  consent: async ({ scopes, allow, deny, params }: ConsentUnderTest) =>
    `${scopes.join()}${allow?.join()}${deny}${params?.state}`,
  ask: async (question) => (question === '' ? undefined : true),
};

export async function outcomes(): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, source, run } of contract) {
    const { outcome, expected = '', seen = '', reason = '' }: AssumptionResult = await run(monei);
    lines.push([name, source, outcome, expected, seen, reason].join());
  }
  return lines;
}

// @ts-expect-error: the contract cannot be changed
contract.push({} as Assumption);
