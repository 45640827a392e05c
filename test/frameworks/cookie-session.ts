import cookieSession from 'cookie-session';
import express from 'express';
import { cookieSessionMethods } from '../../src/index.js';
import { startConnectStyle } from './connect-style.js';
import { expressApp } from './express-5.js';
import type { Framework } from './framework.js';

export const expressWithCookieSession: Framework = {
  name: 'Express with cookie-session',
  start: (settings) => {
    const sessions = [cookieSession({ secret: 'test', sameSite: 'lax' }), cookieSessionMethods];
    return startConnectStyle(expressApp(express, sessions), settings);
  },
};
