import { expect } from 'chai';
import { rejection } from '../../test/helpers/rejection.js';
import { type MoneiEmulator, startEmulator } from '../src/index.js';

const CALLBACK = 'https://app.example.com/auth/monei/callback';
const APP = {
  clientID: 'mc_app',
  clientSecret: 'mcs_app',
  redirectURIs: ['https://app.example.com/', CALLBACK],
};
const ANY = { clientID: 'mc_any', clientSecret: 'mcs_any' };
const NONE = { clientID: 'mc_none', clientSecret: 'mcs_none', redirectURIs: [] };
const NAMED = { ...APP, clientID: 'mc_named', name: 'Ada & Obi <3' };

describe('the messages of the emulator', () => {
  let emulator: MoneiEmulator;
  before(async () => {
    emulator = await startEmulator({ clients: [APP, ANY, NONE, NAMED] });
  });
  after(() => emulator.close());

  const authorize = (parameters: Record<string, string>) => {
    const query = { client_id: 'mc_app', redirect_uri: CALLBACK, scope: 'profile:read', ...parameters };
    return emulator.authorize(`${emulator.endpoints.authorizationURL}?${new URLSearchParams(query)}`);
  };
  const refusal = async (parameters: Record<string, string>) =>
    ((await rejection(authorize(parameters))) as Error).message;

  describe('about a redirect URI', () => {
    it('name the given redirect URI and the registered ones, and where they differ', async () => {
      expect(await refusal({ redirect_uri: `${CALLBACK}/` })).to.equal(
        `redirect_uri "${CALLBACK}/" is not registered for this app. Registered: "https://app.example.com/", "${CALLBACK}". ` +
          'It differs from character 44 on: "/" instead of nothing',
      );
      expect(await refusal({ redirect_uri: 'http://app.example.com/' })).to.include(
        'from character 5 on: "://app.example.com/" instead of "s://app.example.com/"',
      );
    });

    it('shorten a long redirect URI', async () => {
      expect(await refusal({ redirect_uri: `${CALLBACK}${'x'.repeat(5000)}` })).to.have.length.below(1000);
    });

    it('say that any redirect URI on loopback is accepted, or that none is registered', async () => {
      expect(await refusal({ client_id: 'mc_any' })).to.include('any http(s) URL on loopback');
      expect(await refusal({ client_id: 'mc_none' })).to.include('which has none');
    });

    it('say where the redirect URI of the exchange differs', async () => {
      const code = new URL(await authorize({})).searchParams.get('code') ?? '';
      expect((await exchange({ code, redirect_uri: `${CALLBACK}?x` })).message).to.equal(
        'redirect_uri mismatch with the authorization request, from character 44 on: "?x" instead of nothing',
      );
      expect((await exchange({ code, redirect_uri: undefined })).message).to.include(
        'nothing instead of "https:',
      );
    });
  });

  it('name the known scope that is most similar to an unknown one', async () => {
    const described = async (scope: string) =>
      new URL(await authorize({ scope })).searchParams.get('error_description');
    expect(await described('wallet:sned')).to.equal(
      'Unknown scope: wallet:sned (the nearest known one is wallet:send)',
    );
    expect(await described('profile kyc.read'))
      .to.include('profile:read')
      .and.to.include('kyc:read');
    // Only what RFC 6749 allows in a description, and not more of it than people read.
    const odd = await described(`"é\\ ${'x'.repeat(5000)} ${'y '.repeat(500)}`);
    expect(odd).to.match(/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,300}$/);
  });

  describe('about client credentials', () => {
    it('name the credential that is wrong', async () => {
      expect((await exchange({ client_id: 'mc_other' })).message).to.match(
        /unknown client_id.*"mc_app", "mc_any"/,
      );
      expect((await exchange({ client_secret: 'mcs_any' })).message).to.include('client_secret is not');
    });

    it('show no secret if client ID and secret were swapped', async () => {
      const swapped = await exchange({ client_id: 'mcs_app', client_secret: 'mc_app' });
      expect(swapped.message).to.not.include('mcs_app');
      const onPage = await refusal({ client_id: 'mcs_app' });
      expect(onPage).to.include('Unknown client_id "mcs_…"').and.to.not.include('mcs_app');
    });
  });

  it('say what is wrong with a code verifier', async () => {
    const code = async (challenge: Record<string, string>) =>
      new URL(await authorize(challenge)).searchParams.get('code') ?? '';
    const plain = await code({ code_challenge: 'verifier' });
    expect((await exchange({ code: plain })).message).to.include('missing');
    expect((await exchange({ code: plain, code_verifier: 'other' })).message).to.include('does not match');
    const without = await exchange({ code: await code({}), code_verifier: 'verifier' });
    expect(without.message).to.include('no code_challenge');
  });

  it('escape the title of the consent page once', async () => {
    const query = new URLSearchParams({
      client_id: 'mc_named',
      redirect_uri: CALLBACK,
      scope: 'profile:read',
    });
    const html = await (await fetch(`${emulator.endpoints.authorizationURL}?${query}`)).text();
    expect(html).to.include('<title>Connect Ada &amp; Obi &lt;3 · Monei emulator</title>');
  });

  const exchange = async (changes: object) => {
    const body = {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      client_id: 'mc_app',
      client_secret: 'mcs_app',
      ...changes,
    };
    const response = await fetch(emulator.endpoints.tokenURL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { message: string };
  };
});
