import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  ExportReceiptSchema,
  MAX_RECEIPT_BYTES,
  ReceiptFileSchema,
  receiptNameOf,
} from '../../../shared/protocol/export-receipt';
import { openStatement } from '../../../shared/protocol/signed-statement';
import type { Manifest } from './manifest';
import { isUnderAny, statementCertificate, trustOf } from './statement-key';

/** What a countersignature is worth. */
export interface ReceiptJudgement {
  readonly isFit: boolean;
  readonly detail: string;
  /** When the centre had the record; undefined where it proves nothing. */
  readonly takenMs: number | undefined;
}

const refused = (detail: string): ReceiptJudgement => ({
  isFit: false,
  detail,
  takenMs: undefined,
});

/** The receipt that lies beside a package; undefined where there is none. Never throws. */
export async function receiptBeside(path: string): Promise<Uint8Array | undefined> {
  const file = await open(join(dirname(path), receiptNameOf(basename(path))), 'r').catch(
    () => undefined,
  );
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(MAX_RECEIPT_BYTES + 1),
      0,
      MAX_RECEIPT_BYTES + 1,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** Whether a receipt countersigns this manifest, by the statement key of one of the given authorities. */
export async function judgeReceipt(
  receipt: Uint8Array,
  manifest: Manifest,
  manifestBytes: Uint8Array,
  roots: readonly Uint8Array[],
): Promise<ReceiptJudgement> {
  const file = fileOf(receipt);
  if (file === undefined) return refused('not a receipt');
  const certificate = statementCertificate(file.certificate);
  if (certificate === undefined) return refused('its certificate is not for statements');
  const isTrusted = isUnderAny(certificate, roots);
  if (roots.length > 0 && !isTrusted) return refused('of an authority that is not trusted here');
  const opened = await openStatement(file.statement, ExportReceiptSchema, trustOf(certificate));
  if (!opened.ok) return refused(`altered (${opened.error})`);
  const { traceId, office, device, manifestSha256, takenMs } = opened.value;
  const digest = createHash('sha256').update(manifestBytes).digest('hex');
  if (manifestSha256 !== digest) return refused('of another manifest');
  const isOfManifest =
    traceId === manifest.traceId &&
    office === manifest.office.code &&
    device === manifest.intent?.device;
  if (!isOfManifest) return refused('of another export');
  const said = `the centre had its record at ${new Date(takenMs).toISOString()}`;
  return isTrusted
    ? { isFit: true, detail: said, takenMs }
    : { isFit: true, detail: `${said}; its authority is not established`, takenMs: undefined };
}

function fileOf(bytes: Uint8Array) {
  if (bytes.length > MAX_RECEIPT_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const file = ReceiptFileSchema.safeParse(value);
    return file.success ? file.data : undefined;
  } catch {
    return undefined;
  }
}
