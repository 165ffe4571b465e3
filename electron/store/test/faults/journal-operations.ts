import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { ulid } from '../../../../shared/kernel/ids';
import { chainBytes, type OutboxCommand, signedBytes } from '../../../../shared/protocol/outbox';
import type { StoreClient } from '../../launcher';
import { SESSION } from '../fixture';
import { ask, loadSet, newOffice, openStore } from '../rig';
import { makeSet } from '../rows';
import type { Operation } from './kill-often';

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const signKey = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));

/** Look-ups, audit entries, facts, the ledger and sync runs, in turn: all that was acknowledged stays. */
export const JOURNAL: Operation = {
  name: 'journal',
  begin: async (entry) => {
    const office = newOffice();
    const { store } = await openStore(entry, office);
    await loadSet(store, makeSet(60, 27));
    const start = await store.call('auditVerify', {});
    await store.call('close', {});
    const facts = new Map<string, string>();
    const ledger = new Set<string>();
    const runs = new Set<string>();
    /** Audit entries that must be there; one more may be: of the act that was killed. */
    let entries = start.entries;
    let last = { seq: start.entries, hash: '' };
    let mayBeOneMore = false;
    let nth = 0;
    const acts: readonly ((store: StoreClient, id: string) => Promise<void>)[] = [
      async (store, id) => {
        last = await store.call('auditAppend', { kind: 'unlocked', actor: 'u1', payload: { id } });
        entries++;
      },
      async (store) => {
        const input = { text: '王', filter: {}, offset: 0, limit: 3 };
        await ask(store, 'search.query', input);
        entries++;
      },
      async (store, id) => {
        const entryOf = {
          traceId: id,
          atMs: 1_795_000_000_000 + nth,
          purpose: '执法检查',
          count: 3,
          outcome: 'sealed' as const,
          signer: null,
          verificationCode: null,
          fileName: null,
          path: null,
          packageSha256: null,
          isPractice: false,
        };
        const audit = { kind: 'export-sealed', actor: 'u1', payload: { id } };
        await store.call('ledgerAdd', { entry: entryOf, audit });
        ledger.add(id);
        entries++;
      },
      async (store, id) => {
        const name = `fact-${nth % 7}`;
        await store.call('factSet', { name, value: id });
        facts.set(name, id);
      },
      async (store, id) => {
        const atMs = 1_795_000_000_000 + nth;
        await store.call('syncRunAdd', {
          runId: id,
          startedMs: atMs,
          endedMs: atMs,
          outcome: 'done',
          isFirst: false,
          rows: 1,
          bytes: 1,
          error: null,
        });
        runs.add(id);
      },
    ];
    return {
      office,
      act: async (store) => {
        mayBeOneMore = true;
        for (let i = 0; i < acts.length; i++) {
          nth++;
          await acts[nth % acts.length]?.(store, `id-${nth}`);
        }
        mayBeOneMore = false;
      },
      check: async (store) => {
        const audit = await store.call('auditVerify', {});
        expect(audit.isIntact).toBe(true);
        expect(audit.entries).toBeGreaterThanOrEqual(Math.max(entries, last.seq));
        expect(audit.entries).toBeLessThanOrEqual(entries + (mayBeOneMore ? 1 : 0));
        entries = audit.entries;
        const found = (await store.call('ledgerList', { limit: 10_000 })).map((one) => one.traceId);
        expect([...ledger].filter((id) => !found.includes(id))).toEqual([]);
        const seen = (await store.call('syncRuns', { limit: 10_000 })).map((one) => one.runId);
        expect([...runs].filter((id) => !seen.includes(id))).toEqual([]);
        for (const [name, value] of facts) {
          const held = await store.call('factGet', { name });
          // The newest acknowledged value, or the one whose acknowledgement the kill swallowed.
          if (held !== value) {
            expect(mayBeOneMore).toBe(true);
            expect(Number(held?.slice(3))).toBe(nth);
            facts.set(name, held ?? '');
          }
        }
        mayBeOneMore = false;
      },
    };
  },
};

export function nextCommand(
  last: { readonly dseq: number; readonly hash: string } | null,
): OutboxCommand {
  const unsigned: OutboxCommand = {
    device: SESSION.deviceId,
    dseq: (last?.dseq ?? 0) + 1,
    key: ulid(1_800_000_000_000, randomBytes(10)),
    kind: 'device-act',
    actor: SESSION.userId,
    payload: randomBytes(60).toString('base64'),
    atMs: 1_800_000_000_000,
    previous: last?.hash ?? null,
    sig: '',
  };
  const how = { key: own.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { ...unsigned, sig: sign('sha256', signedBytes(unsigned), how).toString('base64url') };
}

/** The outbox and its copy outside the office: what was acknowledged is in both, in one unbroken chain. */
export const OUTBOX: Operation = {
  name: 'outbox',
  begin: async (entry) => {
    const office = newOffice();
    const mirrorPath = `${office}-outbox.sealed`;
    const { store } = await openStore(entry, office);
    await store.call('outboxOpen', { mirrorPath, signKey });
    await store.call('close', {});
    const acknowledged: OutboxCommand[] = [];
    let tried: OutboxCommand | undefined;
    const audit = { kind: 'device-act', actor: SESSION.userId, payload: {} };
    return {
      office,
      remove: () => rmSync(mirrorPath, { force: true }),
      act: async (store) => {
        let { last } = await store.call('outboxOpen', { mirrorPath, signKey });
        for (let i = 0; i < 3; i++) {
          const command = nextCommand(last);
          tried = command;
          ({ last } = await store.call('outboxAppend', { command, audit }));
          acknowledged.push(command);
          tried = undefined;
        }
      },
      check: async (store) => {
        const state = await store.call('outboxOpen', { mirrorPath, signKey });
        expect(state.mirror).toBe('kept');
        const held = await store.call('outboxPending', { from: 1, limit: 10_000 });
        expect(held.slice(0, acknowledged.length)).toEqual(acknowledged);
        const more = held.slice(acknowledged.length);
        if (more.length > 0) expect(more).toEqual([tried]);
        acknowledged.push(...more);
        tried = undefined;
        held.forEach((command, i) => {
          const before = held[i - 1];
          const hash =
            before === undefined
              ? null
              : createHash('sha256').update(chainBytes(before)).digest('hex');
          expect(command.previous).toBe(hash);
        });
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
      },
    };
  },
};
