import type { ConsentUnderTest, MoneiUnderTest } from '../../src/contract/index.js';

/** Returns the URL to which an app sends the browser for a consent. */
export function consentURL(
  { clientID, redirectURI, endpoints }: Pick<MoneiUnderTest, 'clientID' | 'redirectURI' | 'endpoints'>,
  { scopes, params }: ConsentUnderTest,
): string {
  const query = { client_id: clientID, redirect_uri: redirectURI, scope: scopes.join(' '), ...params };
  return `${endpoints.authorizationURL}?${new URLSearchParams(query)}`;
}

/** Opens the emulator's consent page and submits its form, as a browser without JavaScript does. */
export async function submitConsent(
  url: string,
  { allow, deny = false }: Pick<ConsentUnderTest, 'allow' | 'deny'>,
): Promise<{ location: string; page: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  const early = response.headers.get('location');
  const page = await response.text();
  if (early !== null) return { location: early, page };
  if (response.status !== 200) throw new Error(`the consent page has status ${response.status}`);
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    form.append(name, value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'));
  }
  for (const scope of shownScopes(page)) {
    form.append(`scope:${scope}`, (allow?.includes(scope) ?? true) ? 'allow' : 'deny');
  }
  form.append('decision', deny ? 'deny' : 'approve');
  const { origin, pathname } = new URL(url);
  const decided = await fetch(origin + pathname, {
    method: 'POST',
    headers: { origin },
    body: form,
    redirect: 'manual',
  });
  const location = decided.headers.get('location');
  if (location === null) throw new Error(`the decision has status ${decided.status}`);
  return { location, page };
}

/** Returns the scopes that a consent page asks about. */
export function shownScopes(page: string): string[] {
  return [...new Set([...page.matchAll(/name="scope:([^"]+)"/g)].map(([, scope = '']) => scope))];
}
