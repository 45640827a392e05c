import type { Assumption } from './assumption.js';
import { TOPICS } from './topics.js';

export type { Assumption, AssumptionResult, ConsentUnderTest, MoneiUnderTest } from './assumption.js';

/**
 * All assumptions that the emulator makes about Monei. The tests compare the emulator with them, and the command
 * `monei-connect-emulator check` compares the real Monei.
 *
 * Assumptions that run on the same `MoneiUnderTest` share its sign-ins. All assumptions together need ten consents.
 */
export const contract: readonly Assumption[] = Object.values(TOPICS).flat();
