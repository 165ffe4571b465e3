import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REVEAL_LIMITS } from '../../../shared/domain/policy/reveal-limits';
import type { StoreClient } from '../launcher';
import type { SearchOutput } from '../queries/search';
import type { SuggestOutput } from '../queries/suggest';
import { SESSION } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { makeSet } from './rows';

let entry: string;
let remove: () => void;
const office = newOffice();
const set = makeSet(400, 31);
let store: StoreClient;

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  ({ store } = await openStore(entry, office));
  await loadSet(store, set);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  rmSync(office, { recursive: true, force: true });
});

const audit = { kind: 'reveal', actor: 'u1', payload: { reason: 'other', note: '' } };
const ids = set.certificate.map((row) => row.id);
const show = (certificateIds: readonly number[], isBatch = false) =>
  store.call('revealFetch', { certificateIds, isBatch, audit });
const search = (text: string) =>
  ask<SearchOutput>(store, 'search.query', { text, filter: {}, offset: 0, limit: 5 });
const entries = async (): Promise<number> => (await store.call('auditVerify', {})).entries;
const digits = (n: number, length: number): string => String(n).padStart(length, '0');

async function reopen(userId: string): Promise<void> {
  await store.call('close', {});
  const session = { ...SESSION, userId };
  ({ store } = await openStore(entry, office, { session, create: false }));
}

describe('the hour’s measure of reveals', () => {
  // Would catch: a region copied certificate by certificate; a refusal that hands blobs out, leaves no entry,
  // is forgotten by a restart, counts another look at the same record, or locks a colleague out.
  it('hands out no more certificates than the policy allows', async () => {
    for (const id of ids.slice(0, REVEAL_LIMITS.values))
      expect((await show([id]))[0]?.personBlob).toBeInstanceOf(Uint8Array);
    await reopen('u1');
    const before = await entries();
    const beyond = ids[REVEAL_LIMITS.values] ?? 0;
    await expect(show([beyond])).rejects.toMatchObject({
      code: 'REVEAL_LIMIT',
      params: { limit: REVEAL_LIMITS.values, minutes: 60 },
    });
    expect(await entries()).toBe(before + 1);
    expect(await show([ids[3] ?? 0])).toHaveLength(1);
    await reopen('u2');
    expect((await show([beyond]))[0]?.personBlob).toBeInstanceOf(Uint8Array);
    await reopen('u1');
  });

  // Would catch: digits guessed one after the other until the masked part is known.
  it('answers no more parts of numbers than the policy allows', async () => {
    for (let n = 0; n < REVEAL_LIMITS.fragments; n++) await search(digits(n, 4));
    const before = await entries();
    await expect(search(digits(REVEAL_LIMITS.fragments, 4))).rejects.toThrow('REVEAL_LIMIT');
    await expect(search('19850101')).rejects.toThrow('REVEAL_LIMIT');
    expect(await entries()).toBe(before + 2);
    // The same question again, or its next page, tells nothing new.
    await search(digits(7, 4));
    // Names and whole numbers are other questions.
    await search('王');
    await search('11010119850101001X');
  });

  // Would catch: whole numbers with all but the masked digits fixed, tried by a script.
  it('answers no more whole numbers than the policy allows', async () => {
    const number = (n: number): string => `110101${digits(n, 8)}0010`;
    for (let n = 1; n < REVEAL_LIMITS.numbers; n++) await search(number(n));
    await expect(search(number(REVEAL_LIMITS.numbers))).rejects.toThrow('REVEAL_LIMIT');
    await search('王');
  });

  // Would catch: an oracle by suggestions, which are neither logged nor limited.
  it('suggests nothing while digits are typed', async () => {
    const person = set.person.find((row) => row.private !== null);
    const idNumber = String(person?.private?.idNumber);
    const before = await entries();
    for (let n = 1; n <= idNumber.length; n++) {
      const part = idNumber.slice(0, n);
      for (const text of [
        part,
        part.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))),
      ])
        expect((await ask<SuggestOutput>(store, 'search.suggest', { text })).items).toEqual([]);
    }
    expect(await entries()).toBe(before);
  });

  // Would catch: a batch without bound, or one that is not counted with those before it.
  it('counts batches together', async () => {
    await reopen('u3');
    const before = await entries();
    const many = Array.from({ length: REVEAL_LIMITS.batch }, (_, i) => 5_000_000 + i);
    await show(many, true);
    expect(await entries()).toBe(before + 1);
    await expect(show([ids[0] ?? 0], true)).rejects.toMatchObject({ code: 'REVEAL_LIMIT' });
    // Work on single certificates goes on.
    expect((await show([ids[0] ?? 0]))[0]?.personBlob).toBeInstanceOf(Uint8Array);
  });
});
