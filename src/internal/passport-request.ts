import type { Strategy } from 'passport-oauth2';

/** The request that Passport passes to strategies: Express's, or one of another framework that looks like it. */
export type MoneiRequest = Parameters<Strategy['authenticate']>[0];
