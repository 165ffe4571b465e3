import { expect, test } from 'vitest';
import type { SheetFacts } from '../../../jobs/package/pdf/sheet-schema';
import { RecordPdf } from './record-pdf';

type Parts = ConstructorParameters<typeof RecordPdf>[0];
const HOUR_MS = 3_600_000;
const validity = (status: string) => ({ status, validFrom: 1, validTo: 30_000, reviewDue: null });
const recordOf = (status: string) => ({
  item: {
    kind: 'special-operation',
    name: '赵*',
    number: 'N',
    maskedId: 'M',
    region: '330600',
    category: null,
    validity: validity(status),
  },
  ...{
    sex: 'male',
    source: 'national-platform',
    rev: 1,
    chain: 'verified',
    mark: null,
    firstIssue: 1,
  },
  ...{ training: [], exams: [], events: [], hoursRequired: null, hoursDone: 0, reviewDone: null },
});

/** A desk where something happens while the save dialog is open; what it wrote, with what, and what it told. */
function desk(change: (world: World) => void, whileRead: (world: World) => void = () => undefined) {
  const world: World = {
    status: 'valid',
    marks: 'none',
    nowMs: 1_000 * HOUR_MS,
    asOfMs: 999 * HOUR_MS,
    isStale: false,
  };
  const written: { status: string; facts: SheetFacts }[] = [];
  const told: string[] = [];
  const session = {
    view: { userId: 'u1', name: '许', badge: '1' },
    office: { office: { name: '局' }, isPractice: false },
  };
  const pdf = new RecordPdf({
    sessions: { demand: () => session, current: session },
    nowMs: () => world.nowMs,
    marksNow: () => world.marks,
    sync: { asOf: async () => world.asOfMs, status: async () => ({ isStale: world.isStale }) },
    chooseTarget: async () => {
      change(world);
      return '/x.pdf';
    },
    showFile: () => undefined,
    demandLeaving: () => undefined,
    watermark: () => 'w',
    admissions: { said: async () => ({ policy: {} }) },
    outbox: { tell: async (kind: string) => void told.push(kind) },
    jobs: {
      writeRecord: async (_: string, { status }: { status: string }, facts: SheetFacts) =>
        void written.push({ status, facts }),
    },
    resources: { operations: { item: () => undefined }, regions: { fullName: () => null } },
    store: {
      call: async (name: string) => {
        if (name !== 'portRequest') return 1;
        const record = recordOf(world.status);
        whileRead(world);
        return { ok: true, data: { record } };
      },
    },
  } as unknown as Parts);
  return { pdf, written, told };
}
interface World {
  status: string;
  marks: string;
  nowMs: number;
  asOfMs: number;
  isStale: boolean;
}

// Bug: what was revoked or marked while the dialog stood open is printed as 有效, with today's time and the old data.
test('a record is printed as it stands behind the dialog', async () => {
  const { pdf, written } = desk((world) => {
    world.status = 'under-verification';
    world.marks = 'marked';
    world.nowMs += 5 * HOUR_MS;
    world.asOfMs += 5 * HOUR_MS;
    world.isStale = true;
  });
  await pdf.save(7);
  expect(written.map(({ status }) => status)).toEqual(['under-verification']);
  expect(written[0]?.facts).toMatchObject({
    ...{ createdAtMs: 1_005 * HOUR_MS, dataAsOfMs: 1_004 * HOUR_MS, isStale: true },
  });
});

// Bug: a mark that comes while the record is read is missing on the paper.
test('nothing is printed where marks changed while it was read', async () => {
  const { pdf, written, told } = desk(
    () => undefined,
    (world) => {
      world.marks = 'marked';
    },
  );
  await expect(pdf.save(7)).rejects.toMatchObject({ code: 'RECORD_MARKS_CHANGED' });
  expect([written, told]).toEqual([[], []]);
});
