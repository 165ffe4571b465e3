import { AppError } from '../../../../shared/errors/app-error';
import type { VerificationReport } from '../../../jobs/package/verify';
import type { JobsCaller, VerifyTrust } from '../../clients/jobs-client';

export interface VerifierLimits {
  /** Without a word of how far it is, ms. */
  readonly silentMs: number;
  /** In all, ms. */
  readonly wholeMs: number;
  /** How long the process stays for a further file, ms. */
  readonly restMs: number;
}

/**
 * A genuine package of the largest size takes seconds, on a weak machine and a slow disk minutes. What takes longer was made
 * to: a document that names itself 64 times, an archive that unpacks to hundreds of times its size.
 */
const LIMITS: VerifierLimits = { silentMs: 60_000, wholeMs: 600_000, restMs: 30_000 };

export interface VerifierParts {
  /** A process for this alone: a file that never ends takes it along, and no export. */
  readonly jobs: Pick<JobsCaller, 'verify' | 'stop'>;
  onProgress(done: number, total: number): void;
  readonly limits?: VerifierLimits;
}

/** Looks at one file of a stranger at a time, within limits; what goes beyond them ends with its process. */
export class Verifier {
  /** Ends what is looked at; null: nothing is. */
  private end: ((why: AppError) => void) | null = null;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly parts: VerifierParts) {}

  /** Ends what was looked at before. Throws VERIFY_TOO_LONG, VERIFY_ENDED, CANCELLED and PACKAGE_UNREADABLE. */
  async verify(path: string, name: string, trust: VerifyTrust): Promise<VerificationReport> {
    this.stop();
    const { jobs, limits = LIMITS } = this.parts;
    let why: AppError | null = null;
    const end = (error: AppError) => {
      why ??= error;
      void jobs.stop();
    };
    this.end = end;
    const tooLong = () => end(new AppError('VERIFY_TOO_LONG', { name }));
    const whole = setTimeout(tooLong, limits.wholeMs);
    const silence = setTimeout(tooLong, limits.silentMs);
    try {
      return await jobs.verify(path, trust, (done, total) => {
        silence.refresh();
        if (this.end === end) this.parts.onProgress(done, total);
      });
    } catch (error) {
      if (why !== null) throw why;
      throw isCrash(error) ? new AppError('VERIFY_ENDED', { name }) : error;
    } finally {
      clearTimeout(whole);
      clearTimeout(silence);
      if (this.end === end) this.settle(limits.restMs);
    }
  }

  /** Ends what is looked at, as CANCELLED, and the process with what it has of a file. */
  stop(): void {
    clearTimeout(this.rest);
    this.end?.(new AppError('CANCELLED'));
    this.end = null;
  }

  /** What was read of a stranger's file is gone with the process, a while after the last one. */
  private settle(restMs: number): void {
    this.end = null;
    this.rest = setTimeout(() => void this.parts.jobs.stop(), restMs);
    this.rest.unref();
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof AppError && error.code === 'JOBS_CRASHED';
}
