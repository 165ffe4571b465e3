import fc from 'fast-check';
import { IMPORT_LISTS } from '../../domain/imports/rows';
import { ACT_FIELDS, ACT_KINDS } from '../acts/facts';
import { ADMIN_PARTS } from '../admin-acts';
import { INTENTS, type IntentKind, type IntentOf } from '../intents';

/** Every kind, for tests. */
export const KINDS = Object.keys(INTENTS) as IntentKind[];

const hash = fc.stringMatching(/^[0-9a-f]{64}$/u);
const ulid = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/u);
const text = (max: number, min = 1) =>
  fc
    .string({ unit: 'grapheme', minLength: min, maxLength: max })
    .map((value) => value.normalize('NFC'))
    .filter((value) => value.length >= min && value.length <= max && !/\p{Surrogate}/u.test(value));
const rows = fc.integer({ min: 0, max: 1_000_000 });

const who = {
  office: text(20),
  device: text(40),
  userId: text(40),
  badge: text(32),
  name: text(80),
  atMs: fc.integer({ min: 1, max: 4_000_000_000_000 }),
};

/** Arbitrary values of every field, by kind. */
export const INTENT_FIELDS = {
  agreement: {
    ...who,
    version: fc.stringMatching(/^[0-9]{4}\.[0-9]{1,3}$/u),
    locale: fc.constantFrom('zh-CN' as const, 'en' as const, 'ug' as const),
    textSha256: hash,
  },
  import: {
    ...who,
    import: ulid,
    list: fc.constantFrom(...IMPORT_LISTS),
    file: text(255),
    rows,
    leftOut: rows,
    rowsSha256: hash,
  },
  approval: {
    ...who,
    request: ulid,
    requestSha256: hash,
    subject: text(1_000),
    decision: fc.constantFrom('approved' as const, 'refused' as const),
    note: text(2_000, 0),
  },
  'admin-act': {
    ...who,
    part: fc.constantFrom(...ADMIN_PARTS),
    act: ulid,
    kind: fc.constantFrom(...ACT_KINDS),
    facts: fc.array(fc.record({ field: fc.constantFrom(...ACT_FIELDS), value: text(120) }), {
      maxLength: 6,
    }),
    note: text(300, 0),
    draftSha256: hash,
  },
  checkpoint: {
    ...who,
    occasion: fc.constantFrom('login' as const, 'export' as const),
    seq: fc.integer({ min: 1, max: 1_000_000_000 }),
    head: hash,
  },
  login: { ...who, challenge: hash },
  record: {
    ...who,
    record: fc.constantFrom(
      'site-record' as const,
      'batch-result' as const,
      'statistics' as const,
      'visit-list' as const,
    ),
    trace: fc.stringMatching(/^DC-[0-9]{8}-[0-9]{4,6}$/u),
    subject: text(300),
    rows,
    files: fc.array(fc.record({ name: text(255), sha256: hash }), { minLength: 1, maxLength: 4 }),
  },
} as const satisfies {
  readonly [K in IntentKind]: Readonly<Record<string, fc.Arbitrary<unknown>>>;
};

/** An arbitrary intent of a kind. */
export function intentOf<K extends IntentKind>(kind: K): fc.Arbitrary<IntentOf<K>> {
  return fc
    .record(INTENT_FIELDS[kind] as Record<string, fc.Arbitrary<unknown>>)
    .map((fields) => ({ type: `${kind}-intent`, ...fields }) as unknown as IntentOf<K>);
}
