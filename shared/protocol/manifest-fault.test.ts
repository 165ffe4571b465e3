import { describe, expect, it } from 'vitest';
import { ENTITY_ORDER, type Entity } from '../domain/model';
import { type Manifest, ManifestSchema } from './manifest';
import { manifestFault } from './manifest-fault';

const name = (n: number): string => n.toString(16).padStart(64, '0');
const each = <T>(value: T): Record<Entity, T> =>
  Object.fromEntries(ENTITY_ORDER.map((entity) => [entity, value])) as Record<Entity, T>;

const segment = (n: number, firstId: number, rows: number) =>
  ({ entity: 'person', sha256: name(n), bytes: 9, rows, firstId, lastId: firstId + 99 }) as const;
const part = (n: number, to: number) => ({ sha256: name(n), bytes: 9, rows: 1, to });

const sound: Manifest = ManifestSchema.parse({
  type: 'manifest',
  region: '3306',
  epoch: 'E1',
  schema: { min: 1, max: 1 },
  keyEpoch: 1,
  base: {
    type: 'checkpoint',
    region: '3306',
    epoch: 'E1',
    schema: 1,
    rseq: 50,
    roots: each(name(1)),
    root: name(2),
    counts: { ...each(0), person: 120 },
    issuedMs: 1,
    expiresMs: 2,
  },
  cursor: 'c',
  segments: [segment(3, 1, 100), segment(4, 101, 20)],
  tiers: [{ tier: 'day', from: 50, to: 90, parts: [part(5, 70), part(6, 90)] }],
  packs: [],
  previous: null,
  issuedMs: 1,
  expiresMs: 2,
} satisfies Manifest);

const segments = (...list: Manifest['segments']): Manifest => ({ ...sound, segments: list });
const tier = (from: number, to: number, ...ends: number[]): Manifest => ({
  ...sound,
  tiers: [{ tier: 'week', from, to, parts: ends.map((end, n) => part(10 + n, end)) }],
});

describe('a manifest', () => {
  // Would catch: a manifest that is put together from two histories, or with a segment left out or named twice,
  // and that is found out only after everything was fetched.
  it('is refused unless it is of one piece', () => {
    expect(manifestFault(sound)).toBeUndefined();
    // Two tiers from one state: what did not change again is the same object in both.
    const longer = { tier: 'week', from: 50, to: 95, parts: [part(5, 70), part(7, 95)] } as const;
    const shared = { ...sound, tiers: [...sound.tiers, { ...longer, parts: [...longer.parts] }] };
    expect(manifestFault(shared)).toBeUndefined();
    expect(manifestFault({ ...sound, epoch: 'E2' })).toBe('mixed epochs');
    expect(manifestFault({ ...sound, expiresMs: 0 })).toMatch(/expires/);
    expect(manifestFault(segments(segment(3, 1, 100)))).toBe('person: 100 of 120 rows');
    expect(manifestFault(segments(segment(3, 1, 60), segment(3, 101, 60)))).toBe('an object twice');
    expect(manifestFault(segments(segment(3, 1, 60), segment(4, 50, 60)))).toMatch(/twice/);
    expect(manifestFault(segments(segment(3, 1, 120)))).toMatch(/range/);
    expect(manifestFault(tier(10, 30, 20, 20, 30))).toMatch(/order/);
    expect(manifestFault(tier(10, 30, 10, 30))).toMatch(/order/);
    expect(manifestFault(tier(10, 30, 20))).toMatch(/end/);
  });
});
