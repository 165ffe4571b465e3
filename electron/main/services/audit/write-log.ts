import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AuditHead } from '../../../../shared/protocol/audit-chain';
import { AUDIT_FILE_FORM } from '../../../../shared/protocol/audit-file';
import { diskError, syncFolder } from '../../../platform/atomic-write';
import type { StoreCaller } from '../../clients/store-client';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import type { OpenSession } from '../unlock/session';

/**
 * Writes the log up to an entry into a folder: first line what it is, one line an entry, last line the signed end. The
 * signature comes before anything is written, the name only when all is on the disk. Throws CANCELLED, a token's codes,
 * DISK_FULL, DISK_READ_ONLY.
 */
export async function writeLog(
  store: StoreCaller,
  signing: Pick<SigningService, 'sign'>,
  session: OpenSession,
  end: AuditHead,
  folder: string,
  atMs: number,
): Promise<{ readonly folder: string; readonly name: string; readonly entries: number }> {
  const { office } = session;
  const { seq, hash: head } = end;
  const signed = await signing.sign({
    type: 'checkpoint-intent',
    ...signerOf(session, atMs),
    occasion: 'export',
    seq,
    head,
  });
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const name = `fieldcert-audit-${office.deviceId}-${stamp}.jsonl`;
  const path = join(folder, name);
  const temporary = `${path}.part`;
  // Programs that read lines end them at these two as well, and a note may have them inside.
  const line = (value: unknown) =>
    `${JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      const first = { form: AUDIT_FILE_FORM, office: office.office.code, device: office.deviceId };
      await file.write(line({ ...first, madeMs: atMs }));
      for (let after = 0; after < seq; ) {
        const lines = await store.call('auditLines', { after, until: seq });
        if (lines.length === 0) break;
        await file.write(lines.map(line).join(''));
        after += lines.length;
      }
      await file.write(line({ end: { seq, head }, signed }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(cause, 0);
  }
  await syncFolder(dirname(path));
  // A drive has no name of its own.
  return { folder: basename(folder) || folder, name, entries: seq };
}
