import type { MoneiUser } from '../connect/responses.js';
import type { MoneiGrant } from '../scopes/grant.js';

/** The profile of a user whose account was not read (`skipUserProfile: true`): it has no `id`. */
export interface MoneiGrantProfile {
  /** Tells profiles of several strategies apart. */
  provider: 'monei';
  /** The scopes that the user granted. */
  grant: MoneiGrant;
}

/** Passport's normalized contact, and the grant. Keys that Monei gave nothing for are absent. */
export interface MoneiProfile extends MoneiGrantProfile {
  /** Monei's id of the user: the key to find them by, in your database. */
  id: string;
  /** Monei's `name`, else the first and last name. */
  displayName?: string;
  /** The first name and the last name. */
  name?: { givenName?: string; familyName?: string };
  /** One entry. Monei does not say whether it was verified. */
  emails?: { value: string }[];
  /** One entry. */
  phoneNumbers?: { value: string }[];
  /** The body of Monei's answer, as text. Not enumerable: sessions, logs and JSON don't carry it along. */
  readonly _raw: string;
  /** The user object, as `MoneiConnect.fetchUser` gives it. Not enumerable, for the same reason: it is personal data. */
  readonly _json: MoneiUser;
}

/** Returns Monei's user and the grant, normalized. `raw` is the body of the response. */
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

/** The greatest length of a text in the profile, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 1000;

const CONTROL_CHARACTER = /\p{Cc}/u;

/** Returns a name without control characters, white space around it, and what follows the greatest length. */
function cleanName(value: string | null | undefined): string | undefined {
  const name = value?.replace(/\p{Cc}/gu, ' ').trim();
  // A surrogate pair is one character: it is not cut in two.
  return name?.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '') || undefined;
}

/** Returns an email address or phone number without the white space around it, unless no such text can be right. */
function cleanContact(value: string | null | undefined): string | undefined {
  const text = value?.trim();
  return !text || text.length > MAX_TEXT_LENGTH || CONTROL_CHARACTER.test(text) ? undefined : text;
}
