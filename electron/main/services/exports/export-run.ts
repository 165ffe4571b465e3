import type { ErrorCode } from '../../../../shared/errors/app-error';
import { AppError } from '../../../../shared/errors/app-error';
import type { ExportProgress } from '../../../../shared/ipc/routes/exports';
import type { BoardSheet } from '../../../jobs/package/board/sheet';
import type { PublishedPackage } from '../../../jobs/package/builder';
import type { ExportRow } from '../../../jobs/package/data/rows';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { reviewFault } from '../../../jobs/package/review';
import type { DeviceCaller } from '../../clients/device-client';
import type { ExportHandle, JobsCaller } from '../../clients/jobs-client';
import { outcomeOf } from '../signing/sign-intent';
import type { ConfirmOutcome } from '../signing/signing-task';
import { type SigningChoice, tokenError } from '../tokens/tokens';

export type RunEnd =
  | {
      readonly outcome: 'sealed';
      readonly published: PublishedPackage;
      readonly signer: string;
      /** Certificates of who signed: the first person, then the second where one had to. */
      readonly certificates: readonly Uint8Array[];
    }
  | { readonly outcome: 'failed'; readonly code: ErrorCode }
  /** `why`: not by the person's wish. */
  | { readonly outcome: 'cancelled'; readonly why?: ErrorCode };

export interface RunParts {
  readonly jobId: string;
  readonly meta: ExportMeta;
  readonly stagingDir: string;
  readonly targetPath: string;
  /** DER of the certificate that the package is encrypted to; null: to none. */
  readonly recipient: Uint8Array | null;
  readonly total: number;
  /** A second person signs the same manifest. */
  readonly needsReview: boolean;
  readonly jobs: JobsCaller;
  readonly device: DeviceCaller;
  /** Before the manifest is signed: throws where the second factor does not hold any more, and nothing is signed. */
  demandFactor(): Promise<void>;
  /** With the manifest's signature, before it is passed on: uses the second factor up, or throws and it goes nowhere. */
  useFactor(): Promise<void>;
  /** When the package is verified, right before it is in place: throws where it must not leave, and nothing is left. */
  demandPublish(): void;
  /** With the manifest's signature given and the key still open: it signs the end of the log too. */
  signLog(key: {
    readonly signingId: string;
    readonly chain: readonly Uint8Array[];
  }): Promise<void>;
  /** Figures in place of rows; null: a list. */
  readonly board: BoardSheet | null;
  /** A fresh pass over the rows, for each certificate that the files are made for. */
  rows(): AsyncIterator<readonly ExportRow[]>;
  onProgress(progress: ExportProgress): void;
  /** The jobs process ended under the run, perhaps while nobody was waiting for it. */
  onCrashed(end: RunEnd): void;
}

interface Confirmed {
  readonly answer: ConfirmOutcome;
  readonly ended: RunEnd | null;
}

type Phase = ExportProgress['phase'];
/** A digest that waits for the token. */
interface ToSign {
  readonly step: 'report' | 'manifest' | 'review';
  readonly digest: Uint8Array;
}
interface Prepared {
  readonly choice: SigningChoice;
  readonly handle: ExportHandle;
  /** The next digest to sign, or the end. */
  next: Promise<ToSign | RunEnd>;
  /** Resolves `next`; each attempt has its own, so that a late event of a former one reaches nobody. */
  readonly following: { resolve(next: ToSign | RunEnd): void };
  /** The end, once the job has one; nothing comes after it. */
  end: RunEnd | null;
  /** The same, to be waited for. */
  readonly over: Promise<RunEnd>;
}

const PHASES: Readonly<Record<string, Phase>> = {
  data: 'workbook',
  report: 'report',
  pack: 'checking',
  verify: 'checking',
  publish: 'checking',
};

/**
 * One export: files are made for a certificate, wait for the person, are signed twice at one PIN
 * entry, verified and published. The report names its signer, so another choice makes the files anew.
 */
export class ExportRun {
  private prepared: Prepared | null = null;
  /** The first person's signature over the manifest, while the second one's is waited for. */
  private first: { readonly signature: Uint8Array } | null = null;
  /** Who signed second. */
  private second: SigningChoice | null = null;
  private isCancelled = false;
  private attempt = 0;

  constructor(private readonly parts: RunParts) {}

  /** Who signed first, while the second person is waited for. */
  get signedBy(): string | null {
    return this.first === null ? null : (this.prepared?.choice.shown.holder ?? null);
  }

  /** Makes the files for a certificate; resolves when they wait for the signature. */
  async prepare(choice: SigningChoice): Promise<ToSign | RunEnd> {
    this.prepared?.handle.cancel();
    await this.prepared?.next;
    if (this.isCancelled) return { outcome: 'cancelled' };
    this.prepared = this.begin(choice);
    const next = await this.prepared.next;
    if ('digest' in next) this.tell('awaiting-signature', this.parts.total, null);
    return next;
  }

  /**
   * Signs with the chosen key. A wrong PIN or a missing token leaves the run as it was, to be tried
   * again; `ended` carries the end of the run otherwise. The caller zeroes the PIN.
   */
  async confirm(choice: SigningChoice, pin: Uint8Array): Promise<Confirmed> {
    if (this.prepared?.end) return ended(this.prepared.end);
    if (this.first !== null) return this.confirmReview(choice, pin, this.first.signature);
    const { tokenId, keyRef } = choice.shown;
    const current = this.prepared?.choice.shown;
    const isSame = current?.tokenId === tokenId && current.keyRef === keyRef;
    const first = isSame ? await this.prepared?.next : await this.prepare(choice);
    if (first === undefined || !('digest' in first))
      return ended(first ?? { outcome: 'cancelled' });
    return this.withToken(choice, pin, async (signingId) => {
      const end = await this.signAll(first, signingId);
      return end === 'review' ? again({ outcome: 'review' }) : ended(end);
    });
  }

  /** The second person: another one than the first, over the same manifest. */
  private async confirmReview(
    choice: SigningChoice,
    pin: Uint8Array,
    signature: Uint8Array,
  ): Promise<Confirmed> {
    const { prepared } = this;
    if (prepared === null) return ended({ outcome: 'cancelled' });
    const [leaf] = prepared.choice.chain;
    const [other] = choice.chain;
    if (leaf === undefined || other === undefined || reviewFault(leaf, other) !== null)
      return again({ outcome: 'same-person' });
    return this.withToken(choice, pin, async (signingId) => {
      const refused = await refusalOf(() => this.parts.demandFactor());
      if (refused !== null) return ended(await this.abandon(prepared, refused));
      // It may have been cancelled while the token was opened: nobody would answer the question then.
      if (prepared.end !== null) return ended(prepared.end);
      const asked = this.following(prepared);
      prepared.handle.review(choice.chain);
      const step = await asked;
      if (!('digest' in step)) return ended(step);
      const { digest } = step;
      const signed = await this.parts.device.call('signNext', {
        signingId,
        digest: digest as Uint8Array<ArrayBuffer>,
      });
      // The first person's signature stays: the second one tries again, or another person does.
      if (!signed.ok) return again(outcomeOf(signed.failure));
      const spent = await refusalOf(() => this.parts.useFactor());
      if (spent !== null) return ended(await this.abandon(prepared, spent));
      if (prepared.end !== null) return ended(prepared.end);
      this.second = choice;
      const last = this.following(prepared);
      prepared.handle.signed(signature, signed.value);
      const end = await last;
      return ended('digest' in end ? { outcome: 'cancelled' } : end);
    });
  }

  /** One PIN entry: the token is opened for `work` and closed after it. */
  private async withToken(
    choice: SigningChoice,
    pin: Uint8Array,
    work: (signingId: string) => Promise<Confirmed>,
  ): Promise<Confirmed> {
    const { device } = this.parts;
    const { tokenId, keyRef } = choice.shown;
    const begun = await device.call('beginSigning', { tokenId, keyRef, pin: pin.slice() });
    if (!begun.ok) return again(outcomeOf(begun.failure));
    this.tell('signing', 0, null);
    const { signingId } = begun.value;
    try {
      return await work(signingId);
    } finally {
      await device.call('endSigning', { signingId }).catch(() => undefined);
    }
  }

  /** What comes next of the job, from now on. */
  private following(prepared: Prepared): Promise<ToSign | RunEnd> {
    const { end } = prepared;
    prepared.next =
      end !== null
        ? Promise.resolve(end)
        : new Promise((resolve) => {
            prepared.following.resolve = resolve;
          });
    return prepared.next;
  }

  /** Ends the run; nothing is left. */
  cancel(): void {
    this.isCancelled = true;
    this.prepared?.handle.cancel();
  }

  /** How the job itself ended, which may have been quicker than a cancel; null where none was begun. */
  async lastWord(): Promise<RunEnd | null> {
    return (await this.prepared?.over) ?? null;
  }

  private async signAll(first: ToSign, signingId: string): Promise<RunEnd | 'review'> {
    const { prepared } = this;
    if (prepared === null) return { outcome: 'cancelled' };
    for (let step: ToSign | RunEnd = first; ; step = await prepared.next) {
      if (!('digest' in step)) return step;
      const { digest } = step;
      if (step.step === 'manifest') {
        const refused = await refusalOf(() => this.parts.demandFactor());
        if (refused !== null) return this.abandon(prepared, refused);
      }
      const signed = await this.parts.device.call('signNext', {
        signingId,
        digest: digest as Uint8Array<ArrayBuffer>,
      });
      if (!signed.ok) {
        // Half-signed files are worth nothing: all of it is thrown away, the person starts again.
        return this.abandon(prepared, tokenError(signed.failure).code);
      }
      if (step.step === 'manifest' && this.parts.needsReview) {
        if (prepared.end !== null) return prepared.end;
        this.first = { signature: signed.value };
        this.tell('awaiting-signature', this.parts.total, null);
        return 'review';
      }
      if (step.step === 'manifest') {
        const refused = await refusalOf(() => this.parts.useFactor());
        if (refused !== null) return this.abandon(prepared, refused);
      }
      if (prepared.end !== null) return prepared.end;
      void this.following(prepared);
      prepared.handle.signed(signed.value);
      if (step.step === 'manifest')
        await this.parts.signLog({ signingId, chain: prepared.choice.chain });
    }
  }

  private async abandon(prepared: Prepared, code: ErrorCode): Promise<RunEnd> {
    prepared.handle.cancel();
    await this.drain(prepared);
    return { outcome: 'failed', code };
  }

  private async drain(prepared: Prepared): Promise<void> {
    if (prepared.end !== null) return;
    await this.following(prepared);
  }

  private begin(choice: SigningChoice): Prepared {
    const { jobs, meta, stagingDir, targetPath, jobId, recipient, board } = this.parts;
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
        jobId: `${jobId}-${++this.attempt}`,
        meta,
        stagingDir,
        targetPath,
        certificates,
        ...(board === null ? {} : { board }),
        ...(recipient === null ? {} : { recipient: recipient as Uint8Array<ArrayBuffer> }),
      },
      this.parts.rows(),
      {
        onProgress: (phase, done, total) => this.tell(PHASES[phase] ?? 'checking', done, total),
        onSign: ({ step, digest }) => following.resolve({ step, digest }),
        onPublishing: () => {
          try {
            this.parts.demandPublish();
            handle.publish();
          } catch (error) {
            refusal = { outcome: 'failed', code: codeOf(error) };
            handle.cancel();
          }
        },
        onDone: (published) => {
          const signers = this.second === null ? [choice] : [choice, this.second];
          const certificates = signers.flatMap(({ chain }) => chain.slice(0, 1));
          finish({ outcome: 'sealed', published, signer: choice.shown.subject, certificates });
        },
        onFailed: ({ kind }) => {
          const end = kind === 'cancelled' && refusal !== null ? refusal : endOf(kind);
          finish(end);
          if (kind === 'crashed') this.parts.onCrashed(end);
        },
      },
    );
    const prepared: Prepared = { choice, handle, next, following, end: null, over };
    return prepared;
  }

  private tell(phase: Phase, done: number, total: number | null): void {
    const { jobId, meta } = this.parts;
    this.parts.onProgress({
      jobId,
      traceId: meta.traceId,
      phase,
      done,
      total: total ?? this.parts.total,
      error: null,
    });
  }
}

async function refusalOf(work: () => Promise<void>): Promise<ErrorCode | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

const again = (answer: ConfirmOutcome): Confirmed => ({ answer, ended: null });

function ended(end: RunEnd): Confirmed {
  if (end.outcome === 'sealed') return { answer: { outcome: 'signed' }, ended: end };
  if (end.outcome === 'cancelled') {
    return { answer: { outcome: 'failed', code: 'CANCELLED' }, ended: end };
  }
  const isRemoved = end.code === 'TOKEN_REMOVED';
  return {
    answer: isRemoved ? { outcome: 'token-removed' } : { outcome: 'failed', code: end.code },
    ended: end,
  };
}

function endOf(kind: string): RunEnd {
  const codes: Readonly<Record<string, ErrorCode>> = {
    empty: 'EXPORT_EMPTY',
    rows: 'EXPORT_STOPPED',
    'self-check': 'EXPORT_SELF_CHECK',
    target: 'EXPORT_TARGET',
    crashed: 'JOBS_CRASHED',
    internal: 'EXPORT_STOPPED',
  };
  if (kind === 'cancelled') return { outcome: 'cancelled' };
  return { outcome: 'failed', code: codes[kind] ?? 'EXPORT_STOPPED' };
}

/** The code of any thrown thing, for a run that could not begin. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'EXPORT_STOPPED';
}
