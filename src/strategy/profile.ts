import type { MoneiUser } from '../connect/responses.js';
import type { MoneiGrant } from '../scopes/grant.js';

/** The profile with `skipUserProfile: true`. It has no `id`, because the account is not loaded. */
export interface MoneiGrantProfile {
  /** Passport's name of the provider. */
  provider: 'monei';
  /** The scopes that the user granted. */
  grant: MoneiGrant;
}

/** Passport's normalized profile, and the grant. Keys are absent if Monei sent no value for them. */
export interface MoneiProfile extends MoneiGrantProfile {
  /** Monei's id of the user. Find users in your database by it. */
  id: string;
  /** Monei's `name`, or the first and last name if that is absent. */
  displayName?: string;
  /** The first name and the last name. */
  name?: { givenName?: string; familyName?: string };
  /** One email address. Monei does not say whether it was verified. */
  emails?: { value: string }[];
  /** One phone number. */
  phoneNumbers?: { value: string }[];
  /** The body of Monei's response as a string. Not enumerable, so that sessions, logs and JSON do not contain it. */
  readonly _raw: string;
  /** The user as `MoneiConnect.fetchUser` returns it. Not enumerable, because it is personal data. */
  readonly _json: MoneiUser;
}

/** Returns the profile of Monei's user. `raw` is the body of the response. */
export function moneiProfile(user: MoneiUser, raw: string, grant: MoneiGrant): MoneiProfile {
  const [firstName, lastName] = [cleanName(user.firstName), cleanName(user.lastName)];
  const [email, phone] = [cleanContact(user.email), cleanContact(user.phone)];
  const displayName = cleanName(user.name) ?? cleanName(`${firstName ?? ''} ${lastName ?? ''}`);
  const profile: Omit<MoneiProfile, '_raw' | '_json'> = { provider: 'monei', id: user.id, grant };
  if (displayName) profile.displayName = displayName;
  if (firstName || lastName) {
    profile.name = {};
    if (firstName) profile.name.givenName = firstName;
    if (lastName) profile.name.familyName = lastName;
  }
  if (email) profile.emails = [{ value: email }];
  if (phone) profile.phoneNumbers = [{ value: phone }];
  Object.defineProperty(profile, '_raw', { value: raw, writable: true, configurable: true });
  Object.defineProperty(profile, '_json', { value: user, writable: true, configurable: true });
  return profile as MoneiProfile;
}

/** The largest length of a string in the profile, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 1000;

const CONTROL_CHARACTER = /\p{Cc}/u;

/** Returns a name with spaces in place of control characters, trimmed, and cut at the largest length. */
function cleanName(value: string | null | undefined): string | undefined {
  const name = value?.replace(/\p{Cc}/gu, ' ').trim();
  // A surrogate pair is one character, and is not cut in two.
  return name?.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '') || undefined;
}

/** Returns a trimmed email address or phone number. Returns `undefined` if it is too long or has a control character. */
function cleanContact(value: string | null | undefined): string | undefined {
  // Before it is trimmed: a tab or a line break is white space, too.
  if (!value || CONTROL_CHARACTER.test(value)) return undefined;
  const text = value.trim();
  return text.length > MAX_TEXT_LENGTH ? undefined : text;
}
