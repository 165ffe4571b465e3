import { join } from 'node:path';
import { expect } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { KeptRow } from '../../batch-calls';
import { sql } from '../../sql/tag';
import { openReadable } from '../../sqlcipher';
import { MASTER, SESSION } from '../fixture';
import { newOffice, openStore } from '../rig';
import type { Operation } from './kill-often';

const PARTS = 3;
const PART_ROWS = 40;
const ROWS = PARTS * PART_ROWS;

const rowAt = (line: number): KeptRow => ({
  line,
  name: '王*',
  id: '3301**********0011',
  verdict: 'not-in-slice',
  reason: null,
  certificateId: null,
  number: null,
  kind: null,
  validTo: null,
  found: 0,
});

/** Lists handed in: a batch is there with all rows and its entry in the log, or nobody sees anything of it. */
export const BATCH: Operation = {
  name: 'list handed in',
  begin: async (entry) => {
    const office = newOffice();
    const { store } = await openStore(entry, office);
    await store.call('close', {});
    const { userId } = SESSION;
    const acknowledged = new Set<string>();
    let tried: string | null = null;
    let nth = 0;
    return {
      office,
      act: async (store) => {
        const batch = `b${++nth}`;
        tried = batch;
        for (let part = 0; part < PARTS; part++) {
          const rows = Array.from({ length: PART_ROWS }, (_, i) => rowAt(part * PART_ROWS + i + 1));
          await store.call('batchKeep', { batch, rows });
        }
        const head = { id: batch, title: '名单', userId, atMs: 1_795_000_000_000 + nth };
        await store.call('batchEnd', { ...head, rows: ROWS, counts: { 'not-in-slice': ROWS } });
        acknowledged.add(batch);
        tried = null;
      },
      check: async (store) => {
        const seen = (await store.call('batchList', { userId, limit: 1_000 })).map(({ id }) => id);
        expect([...acknowledged].filter((id) => !seen.includes(id))).toEqual([]);
        const known = [...acknowledged, ...(tried === null ? [] : [tried])];
        expect(seen.filter((id) => !known.includes(id))).toEqual([]);
        for (const batch of new Set([...seen, ...known])) {
          const asked = { batch, userId, verdicts: null, offset: 0, limit: 1 };
          const told = await store.call('batchRows', asked).then(
            ({ total }) => total,
            (error: unknown) => (error instanceof AppError ? error.code : String(error)),
          );
          expect([batch, told]).toEqual([batch, seen.includes(batch) ? ROWS : 'BATCH_GONE']);
        }
        for (const id of seen) acknowledged.add(id);
        tried = null;
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
        const db = openReadable({
          path: join(office, 'journal.db'),
          key: MASTER.journal,
          cacheMb: 8,
        });
        try {
          const told = db.value(sql`select count(*) from audit where kind = 'batch-verified'`);
          expect(told).toBe(seen.length);
        } finally {
          db.close();
        }
      },
    };
  },
};
