import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { VerifyReport } from '../../../../shared/ipc/routes/exports';
import { isSignedRecord } from '../../../jobs/package/signed-record-name';
import { statementOf } from '../../../jobs/package/statement';
import type { VerificationReport } from '../../../jobs/package/verify';
import type { VerifyTrust } from '../../clients/jobs-client';
import type { Verifier } from './verifier';

const MAX_BYTES = 268_435_456;

export interface VerifyParts {
  readonly verifier: Verifier;
  /** Private folder for dropped bytes while they are read. */
  readonly temporaryDir: string;
  /** Under what packages and documents count as genuine. */
  readonly trust: Omit<VerifyTrust, 'ticketRoots'>;
  /** DER of the authorities whose servers issue tickets: this device's own, once it is enrolled. */
  ticketRoots(): readonly Uint8Array[];
  /** Asks for a file; null when the person closed the dialog. */
  chooseFile(): Promise<string | null>;
}

/**
 * Verifies any package, also without a session: it shows nothing of this office. One at a time: a further file ends what is
 * looked at. Throws VERIFY_TOO_LONG, VERIFY_ENDED and CANCELLED.
 */
export class VerifyService {
  /** What was chosen last: a receipt that is dropped after it belongs to it. */
  private chosen: string | null = null;

  constructor(private readonly parts: VerifyParts) {}

  /** A dropped file's bytes, and the centre's receipt where one was dropped too. Throws FILE_NEEDS_FOLDER for a record's signature. */
  async verifyBytes(name: string, bytes: Uint8Array, receipt?: Uint8Array): Promise<VerifyReport> {
    this.chosen = null;
    // Its files are judged where they lie, and only the one was dropped.
    if (isSignedRecord(name)) throw new AppError('FILE_NEEDS_FOLDER', { name });
    const { temporaryDir } = this.parts;
    await mkdir(temporaryDir, { recursive: true, mode: 0o700 });
    const path = join(temporaryDir, `verify-${randomUUID()}`);
    try {
      await writeFile(path, bytes, { mode: 0o600, flag: 'wx' });
      return await this.verifyPath(path, name, receipt);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** A file that the person chooses; null when the dialog was closed. */
  async verifyChosen(): Promise<VerifyReport | null> {
    const path = await this.parts.chooseFile();
    if (path === null) return null;
    const name = basename(path);
    const info = await stat(path).catch(() => {
      throw new AppError('FILE_UNREADABLE', { name });
    });
    if (info.size > MAX_BYTES) throw new AppError('FILE_TOO_LARGE', { name, limitMb: 256 });
    this.chosen = path;
    return this.verifyPath(path, name);
  }

  /** The file that was chosen last once more, with a receipt; null where none was. */
  async verifyAgain(receipt: Uint8Array): Promise<VerifyReport | null> {
    const path = this.chosen;
    return path === null ? null : this.verifyPath(path, basename(path), receipt);
  }

  /** Ends what is looked at, as CANCELLED. */
  stop(): void {
    this.parts.verifier.stop();
  }

  private async verifyPath(
    path: string,
    name: string,
    receipt?: Uint8Array,
  ): Promise<VerifyReport> {
    const { verifier, trust } = this.parts;
    const given = receipt === undefined ? {} : { receipt };
    const ticketRoots = this.parts.ticketRoots();
    const report = await verifier.verify(path, name, { ...trust, ticketRoots, ...given });
    return shownReport(report, name);
  }
}

/** The jobs process's report as the page shows it. */
export function shownReport(report: VerificationReport, name: string): VerifyReport {
  const { manifest, signer, envelope } = report;
  const { proven, open } = statementOf(report);
  const checks = report.checks.map(({ id, ok, isNotice, detail }) => ({
    id,
    isOk: ok,
    isNotice: ok && isNotice,
    detail: detail.slice(0, 500),
  }));
  return {
    verdict: verdictOf(report),
    fileName: name.slice(0, 255),
    checks: checks.slice(0, 60),
    proven: [...proven],
    open: [...open],
    signer: signer?.subject ?? null,
    reviewer: report.reviewer?.subject ?? null,
    signedMs: report.signingTimeMs ?? null,
    notBeforeMs: report.notBeforeMs ?? null,
    notAfterMs: report.notAfterMs ?? null,
    notRevokedMs: report.notRevokedMs ?? null,
    recipient:
      envelope === undefined
        ? null
        : { issuer: envelope.issuer.slice(0, 1_000), serial: envelope.serial.slice(0, 128) },
    summary:
      manifest === undefined
        ? null
        : {
            traceId: manifest.traceId,
            office: manifest.office.name,
            requester: `${manifest.requester.name} ${manifest.requester.badge}`,
            purpose: manifest.purpose,
            count: manifest.count,
            createdAtMs: manifest.createdAtMs,
            dataAsOfMs: manifest.dataAsOfMs,
            isPractice: manifest.practice,
          },
  };
}

function verdictOf({ verdict, checks }: VerificationReport): VerifyReport['verdict'] {
  if (verdict === 'valid') return 'genuine';
  if (verdict !== 'invalid') return verdict;
  const isPackage = checks.some(({ id, ok }) => id === 'container' && ok);
  const isDocument = checks.some(({ id }) => id === 'document');
  if (!isPackage && !isDocument) return 'unreadable';
  const signed = isDocument ? 'document' : 'manifest-signature';
  const isWhole =
    checks.some(({ id, ok }) => id === signed && ok) &&
    checks.every(({ id, ok }) => ok || !CONTENT.test(id));
  // Nobody is to look for who changed a file in which nothing was changed.
  return isWhole ? 'not-valid' : 'altered';
}

/** Checks of what was signed itself; the others are about whose signature it is and what it is worth. */
const CONTENT = /^(?:container|document|manifest|manifest-signature|report-signature|file-.+)$/;
