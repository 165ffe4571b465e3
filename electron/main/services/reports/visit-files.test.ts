import { expect, it } from 'vitest';
import { VisitFiles } from './visit-files';

type Parts = ConstructorParameters<typeof VisitFiles>[0];

// Bug: a mark comes while somebody reads the signing window, and a list is signed that says "valid" of who is under verification.
it('does not let a list out whose statuses changed before it was signed', async () => {
  let status = 'valid';
  const files = new VisitFiles({
    store: {
      call: async () => ({
        ok: true,
        data: { items: [{ id: 7, validity: { status } }], total: 1 },
      }),
    },
    sessions: {
      demand: () => ({ office: { office: { name: 'O' }, isPractice: true }, view: {} }),
    },
    followUps: { list: async () => [{ certificate: 7 }] },
    sync: { asOf: async () => 1_790_000_000_000 },
    watermark: () => '',
    signed: {
      save: async ({ demandCurrent }: { demandCurrent: () => Promise<void> }) => {
        await demandCurrent();
        status = 'under-verification';
        await demandCurrent();
      },
    },
  } as unknown as Parts);
  await expect(files.save()).rejects.toMatchObject({ code: 'RECORD_MARKS_CHANGED' });
  expect(status).toBe('under-verification');
});
