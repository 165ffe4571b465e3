import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { chainBytes, type OutboxCommand } from '../../../../shared/protocol/outbox';
import type { StoreClient } from '../../launcher';
import type { OutboxVerdict } from '../../outbox-protocol';
import { SESSION } from '../fixture';
import { newOffice, openStore } from '../rig';
import { nextCommand, signKey } from './journal-operations';
import type { Operation } from './kill-often';

const audit = { kind: 'feedback', actor: SESSION.userId, payload: {} };
const hashOf = (command: OutboxCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

/** What was being done when the process died: it happened as a whole or not at all. */
interface Doing {
  readonly isDone: (open: ReadonlySet<number>, held: ReadonlySet<number>) => boolean;
  readonly take: () => void;
}

/**
 * Refusals that become work items, are sent anew, put aside or decided at the centre: an item and what settled it are
 * there together, a record of an export comes with its line in the ledger, and nothing is settled twice.
 */
export const WORK_ITEMS: Operation = {
  name: 'work items',
  begin: async (entry) => {
    const office = newOffice();
    const mirrorPath = `${office}-outbox.sealed`;
    const { store } = await openStore(entry, office);
    await store.call('outboxOpen', { mirrorPath, signKey });
    await store.call('close', {});
    /** Open items, all commands, and lines of the ledger, as acknowledged. */
    const open = new Set<number>();
    const commands = new Set<number>();
    let doing: Doing | null = null;
    let atMs = 1_800_000_000_000;

    const doOnce = async (next: Doing, act: () => Promise<unknown>) => {
      doing = next;
      await act();
      next.take();
      doing = null;
    };
    const append = async (store: StoreClient, more: { readonly settles?: number } = {}) => {
      const { last } = await store.call('outboxState', {});
      const command = nextCommand(last);
      const { dseq } = command;
      const ledger = {
        traceId: `T-${dseq}`,
        atMs,
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
      const fact = { name: 'test.last', value: String(dseq) };
      const input = { command, audit, draft: '{}', ledger, fact, ...more };
      const isDone: Doing['isDone'] = (_, held) => held.has(dseq);
      const take = () => {
        commands.add(dseq);
        if (more.settles !== undefined) open.delete(more.settles);
      };
      await doOnce({ isDone, take }, () => store.call('outboxAppend', input));
      return command;
    };
    const judge = async (store: StoreClient, command: OutboxCommand, said: OutboxVerdict) => {
      atMs++;
      const head = hashOf(command);
      const receipt = { dseq: command.dseq, head, atMs, statement: `receipt ${atMs}` };
      const isDone: Doing['isDone'] = (items) => items.has(said.dseq);
      const take = () => void open.add(said.dseq);
      await doOnce({ isDone, take }, () =>
        store.call('outboxVerdicts', { verdicts: [said], receipt }),
      );
    };
    const end = (dseq: number): Doing => ({
      isDone: (items) => !items.has(dseq),
      take: () => void open.delete(dseq),
    });
    const refusal = (dseq: number): OutboxVerdict => ({
      dseq,
      verdict: 'rejected',
      reason: 'form',
    });

    return {
      office,
      remove: () => rmSync(mirrorPath, { force: true }),
      act: async (store) => {
        await store.call('outboxOpen', { mirrorPath, signKey });
        const first = await append(store);
        await judge(store, first, refusal(first.dseq));
        const second = await append(store, { settles: first.dseq });
        await judge(store, second, refusal(second.dseq));
        const dismissal = { dseq: second.dseq, actor: SESSION.userId, note: '记录已迁出' };
        await doOnce(end(second.dseq), () => store.call('outboxDismiss', dismissal));
        const third = await append(store);
        const waiting = { dseq: third.dseq, verdict: 'needs-review', reason: null } as const;
        await judge(store, third, waiting);
        const verdicts = [{ ...waiting, verdict: 'applied' as const, reason: 'central:已核实' }];
        await doOnce(end(third.dseq), () => store.call('outboxDecided', { verdicts }));
      },
      check: async (store) => {
        const state = await store.call('outboxOpen', { mirrorPath, signKey });
        expect(state.mirror).toBe('kept');
        const items = await store.call('outboxItems', { actor: null });
        const found = new Set(items.map(({ dseq }) => dseq));
        const pending = await store.call('outboxPending', { from: 1, limit: 10_000 });
        const held = new Set(pending.map(({ dseq }) => dseq));
        if (doing?.isDone(found, held)) doing.take();
        doing = null;
        expect([...found].sort()).toEqual([...open].sort());
        expect([...held].sort()).toEqual([...commands].sort());
        // Ledger and fact came with their commands, neither before nor after.
        const ledger = await store.call('ledgerList', { limit: 10_000 });
        expect(new Set(ledger.map(({ traceId }) => traceId))).toEqual(
          new Set([...commands].map((dseq) => `T-${dseq}`)),
        );
        const last = await store.call('factGet', { name: 'test.last' });
        expect(last).toBe(commands.size === 0 ? null : String(Math.max(...commands)));
        expect((await store.call('auditVerify', {})).isIntact).toBe(true);
        // What is settled stays settled.
        const settled = [...commands].find((dseq) => !open.has(dseq));
        if (settled !== undefined)
          await expect(
            store.call('outboxDismiss', { dseq: settled, actor: 'u', note: 'x' }),
          ).rejects.toMatchObject({ code: 'OUTBOX_ITEM_SETTLED' });
      },
    };
  },
};
