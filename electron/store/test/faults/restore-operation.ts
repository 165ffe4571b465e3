import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { walkPages } from '../../walk-pages';
import { newPlace, orderOf, plantFiles, restoreOf } from '../backup-rig';
import { MASTER } from '../fixture';
import { loadSet, newOffice, openStore } from '../rig';
import { makeSet } from '../rows';
import type { Operation } from './kill-often';

const CERTIFICATES = 120;

/** A restore is filled: office and backup stay as they are, and a fill that was acknowledged is whole. */
export const RESTORE: Operation = {
  name: 'restore',
  begin: async (entry, nth) => {
    const office = newOffice();
    const place = newPlace();
    const { store } = await openStore(entry, office);
    await loadSet(store, makeSet(CERTIFICATES, 43));
    await store.call('close', {});
    plantFiles(office);
    const ownFiles = [
      'keyslots.json',
      'seal-counter.json',
      'office.json',
      'grant-1.db',
      'machine-secret',
      'control-key',
    ];
    const opened = (await openStore(entry, office, { create: false })).store;
    const { generation } = await opened.call('backupRun', orderOf(place, office, 'full'));
    await opened.call('close', {});
    const targets: string[] = [];
    let filled: string | null = null;
    let entries = 0;
    return {
      office,
      ownFiles,
      remove: () => {
        for (const dir of [place, ...targets]) rmSync(dir, { recursive: true, force: true });
      },
      act: async (store) => {
        const target = mkdtempSync(join(tmpdir(), `restore-${nth}-`));
        targets.push(target);
        // In every other one the present journal goes on.
        const kept = targets.length % 2 === 0 ? office : null;
        const report = await store.call('restoreFill', restoreOf(place, generation, target, kept));
        expect(report).toMatchObject({ isSliceProven: true });
        filled = target;
      },
      check: async (store) => {
        expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
        const audit = await store.call('auditVerify', {});
        expect(audit.isIntact).toBe(true);
        expect(audit.entries).toBeGreaterThanOrEqual(entries);
        entries = audit.entries;
        if (filled === null) return;
        for (const kind of ['journal', 'slice'] as const)
          expect(walkPages(join(filled, `${kind}.db`), MASTER[kind]).firstFault).toBeNull();
        const copy = await openStore(entry, filled, { create: false });
        expect((await copy.store.call('verify', { mode: 'quick' })).isEqual).toBe(true);
        expect((await copy.store.call('auditVerify', {})).isIntact).toBe(true);
        await copy.store.call('close', {});
        rmSync(filled, { recursive: true, force: true });
        filled = null;
      },
    };
  },
};
