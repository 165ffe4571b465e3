import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../../shared/kernel/ids';
import { chainBytes, type OutboxCommand, signedBytes } from '../../../shared/protocol/outbox';
import type { StoreClient } from '../launcher';
import type { OutboxReceipt, OutboxState, OutboxVerdict } from '../outbox-protocol';
import { SESSION } from './fixture';
import { buildStore, newOffice, openStore } from './rig';

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signKey = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));
const audit = { kind: 'feedback', actor: SESSION.userId, payload: {} };

let entry: string;
let remove: () => void;
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => remove());

const hashOf = (command: OutboxCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

function next(state: Pick<OutboxState, 'last'>): OutboxCommand {
  const unsigned: OutboxCommand = {
    device: SESSION.deviceId,
    dseq: (state.last?.dseq ?? 0) + 1,
    key: ulid(1_800_000_000_000, randomBytes(10)),
    kind: 'feedback',
    actor: SESSION.userId,
    payload: randomBytes(60).toString('base64'),
    atMs: 1_800_000_000_000,
    previous: state.last?.hash ?? null,
    sig: '',
  };
  const how = { key: own.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { ...unsigned, sig: sign('sha256', signedBytes(unsigned), how).toString('base64url') };
}

async function opened() {
  const officeDir = newOffice();
  const { store } = await openStore(entry, officeDir);
  await store.call('outboxOpen', { mirrorPath: `${officeDir}-outbox.sealed`, signKey });
  return { officeDir, store };
}

async function append(store: StoreClient, count: number): Promise<OutboxCommand[]> {
  const made: OutboxCommand[] = [];
  for (let i = 0; i < count; i++) {
    const command = next(await store.call('outboxState', {}));
    await store.call('outboxAppend', { command, audit, draft: `{"text":"${command.dseq}"}` });
    made.push(command);
  }
  return made;
}

const receiptFor = (command: OutboxCommand | undefined, atMs = 1): OutboxReceipt => ({
  dseq: command?.dseq ?? 0,
  head: command === undefined ? null : hashOf(command),
  atMs,
  statement: JSON.stringify({ receipt: command?.dseq ?? 0, atMs }),
});
const said = (
  dseq: number,
  verdict: OutboxVerdict['verdict'],
  reason: string | null = null,
): OutboxVerdict => ({ dseq, verdict, reason });

describe('a refused command', () => {
  // Would catch: a refusal that stops the queue, loses what was written, or can be dealt with twice.
  it('becomes a work item that is replaced or dismissed once', async () => {
    const { store } = await opened();
    const made = await append(store, 4);
    const verdicts = [
      said(1, 'applied'),
      said(2, 'rejected', 'form'),
      said(3, 'needs-review'),
      said(4, 'rejected', 'row-gone'),
    ];
    const state = await store.call('outboxVerdicts', { verdicts, receipt: receiptFor(made[3]) });
    expect(state).toMatchObject({ pending: 0, rejected: 2, underReview: 1, alarm: null });
    const items = await store.call('outboxItems', { actor: SESSION.userId });
    expect(items.map(({ dseq, reason, payload }) => [dseq, reason, payload])).toEqual([
      [4, 'row-gone', '{"text":"4"}'],
      [3, null, '{"text":"3"}'],
      [2, 'form', '{"text":"2"}'],
    ]);
    expect(await store.call('outboxItems', { actor: 'somebody-else' })).toEqual([]);
    // The same answer again changes nothing.
    await store.call('outboxVerdicts', {
      verdicts: [said(2, 'applied')],
      receipt: receiptFor(made[3], 2),
    });
    const command = next(await store.call('outboxState', {}));
    const anew = { command, audit, draft: '{"text":"neu"}', settles: 2 };
    expect(await store.call('outboxAppend', anew)).toMatchObject({ pending: 1, rejected: 1 });
    const other = next(await store.call('outboxState', {}));
    await expect(store.call('outboxAppend', { ...anew, command: other })).rejects.toMatchObject({
      code: 'OUTBOX_ITEM_SETTLED',
    });
    // Nothing of the refused attempt is left, neither in the journal nor in its copy.
    expect((await store.call('outboxState', {})).last?.dseq).toBe(5);
    const dismissal = { dseq: 4, actor: SESSION.userId, note: '已电话说明' };
    expect(await store.call('outboxDismiss', dismissal)).toMatchObject({ rejected: 0 });
    await expect(store.call('outboxDismiss', dismissal)).rejects.toMatchObject({
      code: 'OUTBOX_ITEM_SETTLED',
    });
    // What waits for the centre is not the person's to dismiss.
    await expect(store.call('outboxDismiss', { ...dismissal, dseq: 3 })).rejects.toMatchObject({
      code: 'OUTBOX_ITEM_SETTLED',
    });
    expect((await store.call('auditVerify', {})).isIntact).toBe(true);
    await store.call('close', {});
  });
});

describe('a receipt', () => {
  // Would catch: an answer of another history believed, or one that fits not ending the alarm.
  it('that contradicts the chain keeps nothing and raises the alarm', async () => {
    const { store } = await opened();
    const made = await append(store, 3);
    await store.call('outboxVerdicts', {
      verdicts: [said(1, 'applied'), said(2, 'applied')],
      receipt: receiptFor(made[1]),
    });
    const foreign = { ...receiptFor(made[2]), head: 'f'.repeat(64) };
    const differing = await store.call('outboxVerdicts', {
      verdicts: [said(3, 'applied')],
      receipt: foreign,
    });
    expect(differing).toMatchObject({ pending: 1, alarm: { kind: 'differs', dseq: 3 } });
    expect(differing.receipt?.dseq).toBe(2);
    const beyond = { ...foreign, dseq: 9 };
    const ahead = await store.call('outboxVerdicts', {
      verdicts: [said(3, 'applied')],
      receipt: beyond,
    });
    expect(ahead).toMatchObject({ pending: 1, alarm: { kind: 'ahead', dseq: 9 } });
    // A server that went back says so itself: its own older word is the proof against it.
    const behind = await store.call('outboxVerdicts', {
      verdicts: [],
      receipt: receiptFor(made[0], 5),
    });
    expect(behind).toMatchObject({ alarm: { kind: 'server-behind', dseq: 2 } });
    expect(behind.receipt?.dseq).toBe(2);
    const refused = await store.call('outboxVerdicts', {
      verdicts: [said(3, 'rejected', 'chain')],
      receipt: receiptFor(made[1], 6),
    });
    expect(refused).toMatchObject({ pending: 1, rejected: 0, alarm: { kind: 'refused', dseq: 3 } });
    const healed = await store.call('outboxVerdicts', {
      verdicts: [said(3, 'applied')],
      receipt: receiptFor(made[2], 7),
    });
    expect(healed).toMatchObject({ pending: 0, alarm: null, receipt: { dseq: 3, atMs: 7 } });
    await store.call('close', {});
  });

  // Would catch: a history of somebody else, or one with a hole, adopted as the device's own.
  it('ahead of a restored journal is answered with the own history only', async () => {
    const full = await opened();
    const made = await append(full.store, 4);
    await full.store.call('close', {});
    const { store } = await opened();
    const entries = made.map((command) => ({
      command,
      verdict: 'rejected' as const,
      reason: 'form',
    }));
    const [first, second, third] = entries as [Entry, Entry, Entry];
    const forged = { ...first, command: { ...first.command, actor: 'x' } };
    for (const wrong of [[second], [first, third], [forged]])
      await expect(store.call('outboxAdopt', { entries: wrong, signKey })).rejects.toMatchObject({
        code: 'OUTBOX_DIFFERS',
      });
    expect((await store.call('outboxState', {})).last).toBeNull();
    const state = await store.call('outboxAdopt', { entries, signKey });
    expect(state).toMatchObject({ pending: 0, rejected: 4, last: { dseq: 4 } });
    // What was written is not here any more: it can be dismissed, not sent again.
    expect((await store.call('outboxItems', { actor: null }))[0]?.payload).toBeNull();
    await append(store, 1);
    await store.call('close', {});
  });
});

interface Entry {
  readonly command: OutboxCommand;
  readonly verdict: 'rejected';
  readonly reason: string;
}
