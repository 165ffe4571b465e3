import { expect } from 'vitest';
import type { StoreKeys } from '../../protocol';
import { MASTER, makeCheckpoint, storeKeys } from '../fixture';
import { loadSet, newOffice, openStore } from '../rig';
import { makeSet } from '../rows';
import type { Operation } from './kill-often';

/** Both files change their keys, round after round; whatever interrupts it, one of two keys opens each file whole. */
export const REKEY: Operation = {
  name: 'rekey',
  begin: async (entry) => {
    const office = newOffice();
    const set = makeSet(150, 29);
    const { root } = makeCheckpoint(set, 1);
    const { store } = await openStore(entry, office);
    await loadSet(store, set);
    const { entries } = await store.call('auditVerify', {});
    await store.call('close', {});
    let present = { journal: MASTER.journal, slice: MASTER.slice };
    let round = 0;
    let isOpen = false;
    let acknowledged = entries;
    const next = () => ({
      journal: Buffer.alloc(32, 100 + 2 * round),
      slice: Buffer.alloc(32, 101 + 2 * round),
    });
    const keys = (): StoreKeys => ({
      ...storeKeys(),
      journal: Uint8Array.from(present.journal),
      slice: Uint8Array.from(present.slice),
      // As the keyslots hold them while a rotation runs.
      ...(isOpen
        ? {
            journalNext: Uint8Array.from(next().journal),
            sliceNext: Uint8Array.from(next().slice),
          }
        : {}),
    });
    return {
      office,
      keys,
      act: async (store) => {
        if (!isOpen) {
          // The slots take the next keys before a file is touched; the store learns them when it opens.
          round++;
          isOpen = true;
          return;
        }
        for (const file of ['slice', 'journal'] as const) {
          await store.call('rekey', { file, nextKey: Uint8Array.from(next()[file]) });
          await store.call('auditAppend', { kind: 'act', actor: 'u1', payload: { file } });
          acknowledged++;
        }
        present = next();
        isOpen = false;
      },
      check: async (store, state) => {
        expect(state.fault).toBeUndefined();
        const verified = await store.call('verify', { mode: 'quick' });
        expect(verified).toMatchObject({ isEqual: true, root });
        const audit = await store.call('auditVerify', {});
        expect(audit.isIntact).toBe(true);
        expect(audit.entries).toBeGreaterThanOrEqual(acknowledged);
        acknowledged = audit.entries;
      },
    };
  },
};
