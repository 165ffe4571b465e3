import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newPlace, orderOf, plantFiles, SET } from '../backup-rig';
import { loadSet, newOffice, openStore } from '../rig';
import { makeSet } from '../rows';
import type { Operation } from './kill-often';

/** Backups: every acknowledged generation opens; the office itself is never touched. */
export const BACKUP: Operation = {
  name: 'backup',
  begin: async (entry, nth) => {
    const office = newOffice();
    const place = newPlace();
    const workDir = mkdtempSync(join(tmpdir(), 'work-'));
    const { store } = await openStore(entry, office);
    await loadSet(store, makeSet(120, 28));
    await store.call('close', {});
    plantFiles(office);
    const ownFiles = readdirSync(office);
    let newest: number | undefined;
    let count = 0;
    return {
      office,
      ownFiles,
      remove: () => {
        for (const dir of [place, workDir]) rmSync(dir, { recursive: true, force: true });
      },
      act: async (store) => {
        await store.call('factSet', { name: 'nth', value: `${nth}-${count++}` });
        const kind = count % 3 === 1 ? 'full' : 'incremental';
        const order = orderOf(place, office, kind, { nowMs: 1_795_000_000_000 + count * 1000 });
        newest = (await store.call('backupRun', order)).generation;
      },
      check: async (store) => {
        expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
        if (newest === undefined) return;
        const copy = await store.call('backupVerify', {
          place,
          set: SET,
          generation: newest,
          workDir,
          drill: null,
        });
        expect(copy).toMatchObject({ generation: newest, isSliceProven: true });
      },
    };
  },
};
