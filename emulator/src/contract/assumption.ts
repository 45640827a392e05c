/** An authorization request that the user is asked to decide on. */
export interface ConsentUnderTest {
  /** The scopes that are requested. */
  scopes: readonly string[];
  /** The scopes that the user allows. Default: all. */
  allow?: readonly string[] | undefined;
  /** `true`: the user denies the request as a whole. */
  deny?: boolean | undefined;
  /** More parameters of the authorization request, such as `state` and `code_challenge`. */
  params?: Readonly<Record<string, string>> | undefined;
}

/** The Monei that assumptions are compared with: the emulator or the real one. */
export interface MoneiUnderTest {
  /** The client ID, as registered with Monei. */
  clientID: string;
  /** The client secret, as registered with Monei. */
  clientSecret: string;
  /** The redirect URI, as registered with Monei. */
  redirectURI: string;
  /** The URLs of Monei Connect. */
  endpoints: { authorizationURL: string; tokenURL: string; revocationURL: string; userProfileURL: string };
  /** The base URL of Monei's API. */
  apiURL: string;
  /** Sends a request, as `fetch` does. It may wait first, to stay within the rate limit of the token endpoint. */
  request(url: string, init?: RequestInit): Promise<Response>;
  /** Lets the user decide on the consent page. Resolves with the URL to which the browser comes back. */
  consent(request: ConsentUnderTest): Promise<string | URL>;
  /** Asks the user what Monei's page shows. Resolves with `undefined` if there is no user to ask. */
  ask(question: string): Promise<boolean | undefined>;
  /** Waits before a request that was refused with 429 is repeated. If absent, its assumption is not tried. */
  wait?(seconds: number): Promise<void>;
}

/** How an assumption compares with what Monei does. No text holds a token, a code, a secret or personal data. */
export interface AssumptionResult {
  outcome: 'holds' | 'differs' | 'not tried';
  /** The assumed behavior, where Monei's differs. */
  expected?: string;
  /** Monei's behavior, where it differs. */
  seen?: string;
  /** The reason why the assumption was not tried. */
  reason?: string;
}

/** An assumption that the emulator makes about Monei. */
export interface Assumption {
  /** A sentence that says what is assumed. */
  name: string;
  /** The page of Monei's documentation that says so, or `guess` and the reason for it. */
  source: string;
  /** Compares a Monei with the assumption. Never rejects. */
  run(monei: MoneiUnderTest): Promise<AssumptionResult>;
}

/** Thrown where an assumption cannot be tried. Its message becomes the reason. */
export class NotTried extends Error {}

/** The assumption holds. */
const HOLDS: AssumptionResult = { outcome: 'holds' };

/** Compares two descriptions of a behavior. */
export function compare(expected: string, seen: string): AssumptionResult {
  return expected === seen ? HOLDS : { outcome: 'differs', expected, seen };
}
