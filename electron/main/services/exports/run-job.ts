import type { SigningChoice } from '../tokens/tokens';
import { codeOf, endOf } from './run-outcomes';
import type { Phase, Prepared, RunEnd, RunParts, ToSign } from './run-parts';

const PHASES: Readonly<Record<string, Phase>> = {
  data: 'workbook',
  report: 'report',
  pack: 'checking',
  verify: 'checking',
  publish: 'checking',
};

interface JobOf {
  readonly parts: RunParts;
  readonly choice: SigningChoice;
  /** Each has a job of its own. */
  readonly attempt: number;
  readonly second: () => SigningChoice | null;
  readonly tell: (phase: Phase, done: number, total: number | null) => void;
}

/** Has the jobs process make the files of an export for a certificate; `second`: who signed second, once somebody did. */
export function beginJob({ parts, choice, attempt, second, tell }: JobOf): Prepared {
  const { jobs, meta, stagingDir, targetPath, jobId, recipient, board } = parts;
  const following: Prepared['following'] = { resolve: () => undefined };
  const next = new Promise<ToSign | RunEnd>((resolve) => {
    following.resolve = resolve;
  });
  let isOver: (end: RunEnd) => void = () => undefined;
  const over = new Promise<RunEnd>((resolve) => {
    isOver = resolve;
  });
  let refusal: RunEnd | null = null;
  const finish = (end: RunEnd) => {
    prepared.end = end;
    isOver(end);
    following.resolve(end);
  };
  const certificates = choice.chain.slice(0, 8) as Uint8Array<ArrayBuffer>[];
  const handle = jobs.startExport(
    {
      jobId: `${jobId}-${attempt}`,
      meta,
      stagingDir,
      targetPath,
      certificates,
      ...(board === null ? {} : { board }),
      ...(recipient === null ? {} : { recipient: recipient as Uint8Array<ArrayBuffer> }),
    },
    parts.rows(),
    {
      onProgress: (phase, done, total) => tell(PHASES[phase] ?? 'checking', done, total),
      onSign: ({ step, digest }) => following.resolve({ step, digest }),
      onPublishing: () => {
        try {
          parts.demandPublish();
          handle.publish();
        } catch (error) {
          refusal = { outcome: 'failed', code: codeOf(error) };
          handle.cancel();
        }
      },
      onDone: (published) => {
        const other = second();
        const signers = other === null ? [choice] : [choice, other];
        const certificates = signers.flatMap(({ chain }) => chain.slice(0, 1));
        finish({ outcome: 'sealed', published, signer: choice.shown.subject, certificates });
      },
      onFailed: ({ kind }) => {
        const end = kind === 'cancelled' && refusal !== null ? refusal : endOf(kind);
        finish(end);
        if (kind === 'crashed') parts.onCrashed(end);
      },
    },
  );
  const prepared: Prepared = { choice, handle, next, following, end: null, over };
  return prepared;
}
