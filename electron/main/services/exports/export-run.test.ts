import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { ExportHandle, ExportListener, JobsCaller } from '../../clients/jobs-client';
import type { SigningChoice } from '../tokens/tokens';
import { ExportRun } from './export-run';
import type { RunParts } from './run-parts';

// Whether two certificates are two people has tests of its own (jobs/package/review).
vi.mock('../../../jobs/package/review', () => ({ reviewFault: () => null }));

const choice = {
  shown: { tokenId: 't', keyRef: 'k', subject: 'CN=W', holder: 'W', state: 'usable' },
  chain: [new Uint8Array([1])],
} as unknown as SigningChoice;

/** The jobs process as its protocol says: one digest, then the word to publish, then the end. */
function playedJobs() {
  const told: string[] = [];
  const startExport: JobsCaller['startExport'] = (_request, _rows, listener): ExportHandle => {
    const later = (work: (to: ExportListener) => void) => queueMicrotask(() => work(listener));
    const digest = new Uint8Array(32);
    later((to) =>
      to.onSign({
        kind: 'export.sign',
        jobId: 'j',
        step: 'manifest',
        digest,
        algorithm: 'ES256',
        count: 1,
      }),
    );
    return {
      signed: () => {
        told.push('signed');
        later((to) => to.onPublishing());
      },
      review: () => undefined,
      publish: () => {
        told.push('publish');
        later((to) => to.onDone({ path: 'p' } as Parameters<ExportListener['onDone']>[0]));
      },
      cancel: () => {
        told.push('cancel');
        later((to) => to.onFailed({ kind: 'cancelled', detail: '' }));
      },
    };
  };
  return { told, jobs: { startExport } as unknown as JobsCaller };
}

function runWith(change: Partial<RunParts>) {
  const { told, jobs } = playedJobs();
  const device = {
    call: async (kind: string) => ({
      ok: true,
      value: kind === 'beginSigning' ? { signingId: 's' } : new Uint8Array(8),
    }),
  } as unknown as RunParts['device'];
  const run = new ExportRun({
    jobId: 'j',
    meta: { traceId: 'T' } as RunParts['meta'],
    stagingDir: '',
    board: null,
    targetPath: '',
    recipient: null,
    needsReview: false,
    total: 1,
    jobs,
    device,
    rows: () => [][Symbol.iterator]() as never,
    demandFactor: async () => undefined,
    useFactor: async () => undefined,
    demandPublish: () => undefined,
    signLog: async () => undefined,
    onProgress: () => undefined,
    onCrashed: () => undefined,
    ...change,
  });
  return { run, told };
}

const confirm = async (change: Partial<RunParts>) => {
  const { run, told } = runWith(change);
  await run.prepare(choice);
  const { ended } = await run.confirm(choice, new Uint8Array([1]));
  return { told, outcome: ended?.outcome, code: ended?.outcome === 'failed' ? ended.code : null };
};
const refuse = () => {
  throw new AppError('EXPORT_MARKS_CHANGED');
};

describe('an export that is refused late', () => {
  // Bug: marks that come between the signature and the rename are unseen; or the refusal reads as "cancelled by the person".
  it('is in no place when it is refused right before the rename, and says why', async () => {
    expect(await confirm({})).toEqual({
      told: ['signed', 'publish'],
      outcome: 'sealed',
      code: null,
    });
    expect(await confirm({ demandPublish: refuse })).toEqual({
      told: ['signed', 'cancel'],
      outcome: 'failed',
      code: 'EXPORT_MARKS_CHANGED',
    });
  });

  // Bug: the signature is handed on although the second factor, or a mark that came while the token signed, refuses.
  it('is given no signature when it is refused while the token signed', async () => {
    expect(await confirm({ useFactor: async () => refuse() })).toEqual({
      told: ['cancel'],
      outcome: 'failed',
      code: 'EXPORT_MARKS_CHANGED',
    });
  });
});

describe('a second person’s signature', () => {
  // Bug: the run ended while the second person's token was opened; the question to the job is never answered, and every
  // later signature at this desk is BUSY until the program is started anew.
  it('ends when the run was cancelled while the token was opened', async () => {
    let cancel = () => {};
    let opened = 0;
    const device = {
      call: async (kind: string) => {
        if (kind === 'beginSigning' && ++opened === 2) {
          cancel();
          await new Promise((resolve) => setImmediate(resolve));
        }
        return {
          ok: true,
          value: kind === 'beginSigning' ? { signingId: 's' } : new Uint8Array(8),
        };
      },
    } as unknown as RunParts['device'];
    const { run } = runWith({ needsReview: true, device });
    cancel = () => run.cancel();
    await run.prepare(choice);
    const first = await run.confirm(choice, new Uint8Array([1]));
    expect(first.answer.outcome).toBe('review');
    const second = await run.confirm(choice, new Uint8Array([1]));
    expect(second.ended?.outcome).toBe('cancelled');
  });
});
