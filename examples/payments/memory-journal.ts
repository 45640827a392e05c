import type { PaymentJournal, PaymentRecord } from './payments.js';

/** A journal in memory, for tests and demonstrations. A real app keeps it in its database: see docs/payments.md. */
export function memoryJournal(): PaymentJournal {
  const records = new Map<string, PaymentRecord>();
  return {
    async load(id) {
      return records.get(id);
    },
    async replace(id, before, record) {
      if (records.get(id)?.state !== before) return false;
      records.set(id, record);
      return true;
    },
  };
}
