import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildStore } from '../rig';
import { BACKUP } from './backup-operation';
import { BATCH } from './batch-operation';
import { JOURNAL, OUTBOX } from './journal-operations';
import { killOften } from './kill-often';
import { DEEP_WRITE, REPAIR } from './mending-operations';
import { REKEY } from './rekey-operation';
import { RESTORE } from './restore-operation';
import { RETENTION } from './retention-operation';
import { FIRST_LOAD, LATE, PAGES, REPLACEMENT } from './slice-operations';
import { WORK_ITEMS } from './work-item-operation';

/**
 * Some kills of every operation; `npm run proof` does hundreds (FIELDCERT_KILLS). Fewer than three would leave a single
 * one amid an act: the first comes right after the act whose changes are counted.
 */
const kills = Number(process.env.FIELDCERT_KILLS ?? 3);
const seed = Number(process.env.FIELDCERT_KILL_SEED ?? 1);

let entry: string;
let remove: () => void;
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => remove());

describe('a store killed at any moment', () => {
  // Would catch: something acknowledged that is lost, something half visible, a broken chain, a file left over, an office that does not go on.
  it.each([
    JOURNAL,
    OUTBOX,
    WORK_ITEMS,
    PAGES,
    FIRST_LOAD,
    REPLACEMENT,
    LATE,
    BACKUP,
    REKEY,
    RETENTION,
    BATCH,
    REPAIR,
    DEEP_WRITE,
    RESTORE,
  ])(
    'keeps what was acknowledged: $name',
    async (operation) => {
      const report = await killOften(entry, operation, { seed, kills });
      expect(report.kills).toBeGreaterThanOrEqual(kills);
      expect(report.acknowledged).toBeGreaterThan(0);
      process.stdout.write(`${operation.name}: ${JSON.stringify(report)}\n`);
    },
    120_000 + kills * 30_000,
  );
});
