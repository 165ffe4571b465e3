import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_START, type AuditEntry, readAuditHeader } from '../../shared/protocol/audit-chain';
import { appendEntry, nextAuditKey, verifyChain } from './audit-chain';

const firstKey = randomBytes(32);

function chain(payloads: readonly unknown[], startKey: Uint8Array = firstKey) {
  let head = AUDIT_START;
  let key = startKey;
  const entries = payloads.map((payload, i): AuditEntry => {
    const { head: next, ...entry } = appendEntry(
      head,
      { atMs: 1000 + i, actor: 'u1', device: 'd1', kind: 'reveal' },
      payload,
      key,
    );
    head = next;
    key = nextAuditKey(key);
    return entry;
  });
  return { entries, head };
}

const payloads = fc.array(fc.record({ reason: fc.string(), count: fc.nat() }), {
  minLength: 2,
  maxLength: 12,
});

/** One act of a forger who has the database but neither receipts nor old keys. */
type Tampering = (entries: AuditEntry[], at: number) => AuditEntry[];
const replace = (entries: AuditEntry[], at: number, change: Partial<AuditEntry>) =>
  entries.map((entry, i) => (i === at ? { ...entry, ...change } : entry));
const tamperings: Record<string, Tampering> = {
  delete: (entries, at) => entries.filter((_, i) => i !== at),
  swap: (entries, at) => {
    const other = (at + 1) % entries.length;
    return entries.map(
      (entry, i) => (i === at ? entries[other] : i === other ? entries[at] : entry) ?? entry,
    );
  },
  truncate: (entries, at) => entries.slice(0, at),
  double: (entries, at) => entries.flatMap((entry, i) => (i === at ? [entry, entry] : [entry])),
  payload: (entries, at) => replace(entries, at, { payload: '{"reason":"forged"}' }),
  salt: (entries, at) => replace(entries, at, { salt: randomBytes(32) }),
  half: (entries, at) => replace(entries, at, { payload: null }),
  header: (entries, at) =>
    replace(entries, at, { header: (entries[at]?.header ?? '').replace('"u1"', '"u2"') }),
  spaced: (entries, at) =>
    replace(entries, at, { header: (entries[at]?.header ?? '').replace('{', '{ ') }),
  rewrite: (entries) => chain(entries.map(() => ({ reason: 'all new' }))).entries,
};

describe('audit chain', () => {
  // Would catch: an honest chain that does not verify, whole or from the middle, with or without macs.
  it('verifies what was appended', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (list, seed) => {
        const { entries, head } = chain(list);
        expect(verifyChain(entries, { expectedHead: head, firstKey })).toEqual({
          isIntact: true,
          head,
          entries: list.length,
        });
        const cut = seed % entries.length;
        const from = { seq: cut, hash: entries[cut - 1]?.hash ?? AUDIT_START.hash };
        expect(verifyChain(entries.slice(cut), { from, expectedHead: head })).toMatchObject({
          isIntact: true,
          head,
        });
      }),
    );
  });

  // Would catch: any act of a forger that leaves the verdict "intact".
  it('finds every tampering', () => {
    fc.assert(
      fc.property(
        payloads,
        fc.constantFrom(...Object.keys(tamperings)),
        fc.nat(),
        (list, name, seed) => {
          const { entries, head } = chain(list);
          const forged = tamperings[name]?.(entries, seed % entries.length) ?? [];
          expect(verifyChain(forged, { expectedHead: head }).isIntact, name).toBe(false);
        },
      ),
      { numRuns: 400 },
    );
  });

  // Would catch: who rewrites one entry and its hash, or leaves a number out, and is told of nowhere or somewhere else, while neither an
  // earlier head nor a key is at hand.
  it('says where one entry was rewritten or a number left out, by the entries alone', () => {
    const { entries } = chain([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }]);
    const facts = { atMs: 1001, actor: 'u1', device: 'd1', kind: 'reveal' };
    const before = { seq: 1, hash: entries[0]?.hash ?? '' };
    const { head: _, ...other } = appendEntry(before, facts, { a: 'forged' }, firstKey);
    const forged = replace(entries, 1, other);
    expect(verifyChain(forged)).toEqual({ isIntact: false, fault: 'link', seq: 3 });
    const header = (entries[2]?.header ?? '').replace('"seq":3', '"seq":4');
    const hash = createHash('sha256').update(header).digest('hex');
    const renumbered = replace(entries, 2, { header, hash });
    expect(verifyChain(renumbered)).toEqual({ isIntact: false, fault: 'gap', seq: 3 });
    expect(verifyChain(renumbered.slice(0, 3))).toMatchObject({ fault: 'gap', seq: 3 });
  });

  // Would catch: a whole rewrite by the thief of today's ratchet key passing before the auditor's first key.
  it('finds a rewrite by its macs alone', () => {
    const honest = chain([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const stolen = nextAuditKey(nextAuditKey(nextAuditKey(firstKey)));
    const forged = chain([{ a: 9 }, { a: 2 }, { a: 3 }], stolen);
    expect(verifyChain(forged.entries).isIntact).toBe(true);
    expect(verifyChain(forged.entries, { firstKey })).toEqual({
      isIntact: false,
      fault: 'mac',
      seq: 1,
    });
    expect(verifyChain(honest.entries, { firstKey }).isIntact).toBe(true);
  });

  // Would catch: retention breaking the chain, or the header revealing what was deleted.
  it('still verifies after retention, and reveals nothing', () => {
    const { entries, head } = chain([{ id: '650102199003071234' }, { id: '650102199003071234' }]);
    const kept = entries.map((entry) => ({ ...entry, payload: null, salt: null }));
    expect(verifyChain(kept, { expectedHead: head, firstKey }).isIntact).toBe(true);
    const commitments = kept.map((entry) => readAuditHeader(entry.header)?.commitment);
    expect(new Set(commitments).size).toBe(2);
    expect(JSON.stringify(kept)).not.toContain('650102199003071234');
  });
});
