import type { Request, Response } from 'express';
import type { MoneiConnect } from 'passport-monei';
import type { TokenKeeper, TokensToKeep } from 'passport-monei/tokens';
import { isExpected, otherAccountProblem, userChangedProblem } from './problems.js';
import { showProblem } from './respond.js';
import { type Contact, logIn, userOf } from './user.js';

/** Who came back from Monei, and the tokens for them. */
export interface Arrival {
  contact: Contact;
  tokens: TokensToKeep;
}

/** What a sign-in remembers on its way. It lies in the session, where only this app writes. */
export interface Trip {
  /** The id of the user who was signed in when it began, if anybody was. */
  user: string | undefined;
  /** The path of this app to go on with. */
  returnTo: string;
  /** The path of this app to begin with once more. */
  again: string;
  /** The scopes that a user was asked for on the way, where it was not for all that this app asks of everybody. */
  scopes?: string[];
}

/** Answers a request that brought somebody back from Monei. */
export type Receive = (req: Request, res: Response, arrival: Arrival, trip: Trip) => Promise<void>;

interface Services {
  connect: MoneiConnect;
  users: Map<string, Contact>;
  keeper: TokenKeeper;
}

/** Keeps the tokens of who comes back, and logs them in, if they are who they have to be. */
export function createReceive({ connect, users, keeper }: Services): Receive {
  return async (req, res, { contact, tokens }, trip) => {
    const before = userOf(req);
    if (!isExpectedBack(contact, trip, before)) {
      const revoked = await revoke(connect, tokens.accessToken);
      return showProblem(req, res, refusal(contact, trip, before, revoked));
    }
    await keeper.save(contact.id, tokens);
    users.set(contact.id, contact);
    await logIn(req, contact);
    noticeOtherAccount(req, before);
    res.redirect(303, trip.returnTo);
  };
}

/**
 * Whoever was signed in when they left has to come back as that Monei account, while they still are. Otherwise the
 * tokens of one account would end up with the user of another: they may be signed in to another account at Monei, have
 * logged out here meanwhile, or somebody else has prepared this trip in their browser.
 *
 * Users of this app are Monei accounts, and have their ids. Where users have other ids, compare with the Monei account
 * that is linked to the user.
 */
function isExpectedBack(contact: Contact, { user }: Trip, before: Contact | undefined): boolean {
  return user === undefined || (user === before?.id && user === contact.id);
}

function refusal({ displayName, id }: Contact, trip: Trip, before: Contact | undefined, revoked: boolean) {
  return before?.id === trip.user
    ? otherAccountProblem(displayName ?? id, trip.again, revoked)
    : userChangedProblem(before !== undefined, revoked);
}

/** Gives back an access that nobody is to have. Returns whether Monei confirmed it. */
async function revoke(connect: MoneiConnect, accessToken: string): Promise<boolean> {
  try {
    await connect.revoke(accessToken);
    return true;
  } catch (error) {
    if (!isExpected(error)) console.error(error);
    return false;
  }
}

/** Nobody's data is mixed with another's, but users should know that Monei sent them back as somebody else. */
function noticeOtherAccount(req: Request, before: Contact | undefined): void {
  const now = userOf(req);
  if (!before || !now || before.id === now.id) return;
  const text = `You are signed in with another Monei account now: ${now.displayName ?? now.id}.`;
  req.session.notice = { kind: 'warning', text };
}
