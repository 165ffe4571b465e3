import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';
import { writeAtomically } from '../../../platform/atomic-write';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * office.json: what a device knows of its office while it is locked. Holds nothing secret; what it
 * claims is checked against the pinned CA at every session.
 */
export const OfficeFileSchema = z.strictObject({
  format: z.literal('fieldcert-office'),
  version: z.literal(1),
  deviceId: z.string().min(1).max(40),
  isPractice: z.boolean(),
  office: z.strictObject({
    code: z.string().min(1).max(20),
    name: z.string().min(1).max(80),
    region: z.string().regex(/^\d{2,6}$/),
  }),
  /** Of the region keys that the slots wrap. */
  keyEpoch: z.number().int().positive(),
  endpoints: z.array(z.url().max(200)).min(1).max(10),
  /** PEM. */
  ca: z.string().max(8_000),
  tlsCertificate: z.string().max(8_000),
  /** Of the key that replaces the present one; see certificateFor. */
  nextTlsCertificate: z.string().max(8_000).optional(),
  /** Of the control channel; absent where the office was enrolled before there was one. */
  controlCertificate: z.string().max(8_000).optional(),
  /** Of the control key that replaces the present one. */
  nextControlCertificate: z.string().max(8_000).optional(),
  statementCertificate: z.string().max(8_000),
  /** The server's key for sealed payloads of the outbox. */
  boxCertificate: z.string().max(8_000),
  /** Role, lease and office statements as the server signed them. */
  statements: z.array(SignedStatementSchema).max(500),
  enrolledMs: z.number().int().positive(),
  /** The journal was made: from now on its absence is a loss to be told, never a reason to make one. */
  hasJournal: z.boolean(),
});
export type OfficeFile = z.infer<typeof OfficeFileSchema>;

/** Certificates that a renewal changes. */
export type RenewedCertificates = Partial<
  Pick<
    OfficeFile,
    'tlsCertificate' | 'nextTlsCertificate' | 'controlCertificate' | 'nextControlCertificate'
  >
>;

/** Reads the file; null where there is none. Throws KEYSLOTS_DAMAGED for one that does not parse. */
export async function readOffice(path: string): Promise<OfficeFile | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'office.json unreadable');
  }
  try {
    if (bytes.length > MAX_BYTES) throw new Error('too large');
    return OfficeFileSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'office.json malformed');
  }
}

/** Replaces the file. */
export async function writeOffice(path: string, office: OfficeFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomically(path, `${JSON.stringify(office)}\n`);
}
