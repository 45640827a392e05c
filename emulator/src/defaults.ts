import type { EmulatedClient, EmulatedUser } from './registrations.js';

/** The client of an emulator without the option `clients`. It accepts any redirect URI on loopback. */
export const DEFAULT_CLIENT: EmulatedClient = {
  clientID: 'mc_emulator',
  clientSecret: 'mcs_emulator',
  name: 'Example app',
};

/** The user of an emulator without the option `users`. */
export const DEFAULT_USER: EmulatedUser = {
  id: '64b7f0c2a1d94e0012ab34cd',
  firstName: 'Adébáyọ̀',
  lastName: 'Ọlá',
  name: 'Adébáyọ̀ Ọlá',
  email: 'adebayo@example.com',
  phone: '+2348012345678',
  verified: true,
  haveTransactionPin: true,
  isAdmin: false,
  createdAt: '2025-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:00.000Z',
  lastLoggedIn: '2026-01-15T09:30:00.000Z',
  wallet: { NGN: 125_000.5, USDT: 42.25, ETH: 0.05, SOL: 1.5 },
};
