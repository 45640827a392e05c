import { createRequire } from 'node:module';
import { expect } from 'chai';
import { type Consent, type MoneiEmulator, startEmulator } from 'monei-connect-emulator';

/** Written in JavaScript, as Next.js takes it without more packages. */
const ROUTE: string = '../../examples/nextjs/route.js';
const ORIGIN = 'http://localhost:3000';
const PASSWORD = 'a password of at least thirty-two characters';

type Unseal = (seal: string, options: { password: string }) => Promise<Record<string, unknown>>;
/** Its types need an older version of the types of `cookie`. */
const { unsealData }: { unsealData: Unseal } = createRequire(import.meta.url)('iron-session');

/** A browser with one cookie that requests the route. */
class Visitor {
  cookie = '';
  readonly #GET: (request: Request) => Promise<Response>;

  constructor(GET: (request: Request) => Promise<Response>) {
    this.#GET = GET;
  }

  /** Requests a URL of the app. Returns where the response redirects to. */
  async visit(url: string): Promise<string> {
    const response = await this.#GET(new Request(url, { headers: { cookie: this.cookie } }));
    const [, cookie] = /^(session=[^;]*);/.exec(response.headers.get('set-cookie') ?? '') ?? [];
    if (cookie) this.cookie = cookie;
    expect(response.status).to.equal(303);
    return response.headers.get('location') ?? '';
  }

  /** Returns the content of the session. */
  session(): Promise<Record<string, unknown>> {
    return unsealData(decodeURIComponent(this.cookie.replace('session=', '')), { password: PASSWORD });
  }
}

describe('examples/nextjs', () => {
  const environment = process.env;
  let emulator: MoneiEmulator;
  let GET: (request: Request) => Promise<Response>;
  let visitor: Visitor;

  before(async () => {
    emulator = await startEmulator({ users: [{ id: 'ada', name: 'Ada Obi' }] });
    const { client, endpoints } = emulator;
    process.env = {
      ...environment,
      SESSION_SECRET: PASSWORD,
      MONEI_CLIENT_ID: client.clientID,
      MONEI_CLIENT_SECRET: client.clientSecret,
      MONEI_AUTHORIZATION_URL: endpoints.authorizationURL,
      MONEI_TOKEN_URL: endpoints.tokenURL,
      MONEI_REVOCATION_URL: endpoints.revocationURL,
      MONEI_USER_PROFILE_URL: endpoints.userProfileURL,
    };
    ({ GET } = await import(ROUTE));
  });
  after(async () => {
    process.env = environment;
    await emulator.close();
  });
  beforeEach(() => {
    visitor = new Visitor(GET);
  });

  const signIn = async (consent?: Consent) =>
    visitor.visit(await emulator.authorize(await visitor.visit(`${ORIGIN}/auth/monei`), consent));

  it('signs a user in, with a session that holds only the user', async () => {
    expect(await signIn()).to.equal('/');
    expect(await visitor.session()).to.deep.equal({ passport: { user: { id: 'ada', name: 'Ada Obi' } } });
  });

  it('says by its code that the user denied the request', async () => {
    expect(await signIn({ deny: true })).to.equal('/?monei=access_denied');
    expect(await visitor.session()).not.to.have.property('passport');
  });

  it('refuses a sign-in that was pending when another one signed a user in', async () => {
    const pending = await emulator.authorize(await visitor.visit(`${ORIGIN}/auth/monei`));
    expect(await signIn()).to.equal('/');
    expect(await visitor.visit(pending)).to.equal('/?monei=invalid_state');
  });

  it('says that Monei could not be reached', async () => {
    const { error } = console;
    const logged: unknown[] = [];
    console.error = (reason) => logged.push(reason);
    try {
      emulator.fail({ endpoint: 'token', status: 503 });
      expect(await signIn()).to.equal('/?monei=error');
    } finally {
      console.error = error;
    }
    expect(logged).to.have.lengthOf(1);
    expect(logged[0]).to.include({ name: 'MoneiConnectError', code: 'unavailable' });
  });
});
