import express4Factory from 'express4';
import { startConnectStyle } from './connect-style.js';
import { expressApp, serverSession } from './express-5.js';
import type { Framework } from './framework.js';

export const express4: Framework = {
  name: 'Express 4',
  start: (settings) => startConnectStyle(expressApp(express4Factory, [serverSession()]), settings),
};
