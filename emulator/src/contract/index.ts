import type { Assumption } from './assumption.js';
import { TOPICS } from './topics.js';

export type { Assumption, AssumptionResult, ConsentUnderTest, MoneiUnderTest } from './assumption.js';

/**
 * The list of what the emulator assumes about Monei, as code. The tests hold the emulator to it; the command
 * `monei-connect-emulator check` holds the real Monei to it.
 *
 * The assumptions share sign-ins, one set for each `MoneiUnderTest`: all of them together need ten consents.
 */
export const contract: readonly Assumption[] = Object.values(TOPICS).flat();
