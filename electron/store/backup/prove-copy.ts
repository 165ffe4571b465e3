import { ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { headOf, verifyAudit } from '../journal/audit';
import { checkFile } from '../migrations/run';
import { verifySlice } from '../queries/verify';
import { readCounts } from '../slice/state';
import { openWritable } from '../sqlcipher';
import type { GenerationManifest } from './manifest';

/*
 * Opens what was put together with the engine. The files are ours alone, so they are opened for writing: that
 * leaves no log behind, and nothing is written.
 */

/** Schema, audit chain from its beginning, and the head that the manifest names. Answers the entries. */
export function proveJournal(
  path: string,
  key: Uint8Array,
  facts: GenerationManifest['facts'] | null,
): number {
  const db = openWritable({ path, key, mayCreate: false, isDurable: false });
  try {
    checkFile(db, 'journal');
    const chain = verifyAudit(db);
    if (!chain.isIntact)
      throw new AppError('AUDIT_CHAIN_BROKEN', { entry: chain.firstFault ?? 0 }, 'in the copy');
    const head = headOf(db);
    if (facts !== null && (head.seq !== facts.auditEntries || head.hash !== facts.auditHead))
      throw new AppError('BACKUP_CHECK_FAILED', { what: 'audit' });
    return chain.entries;
  } finally {
    db.close();
  }
}

/** Schema, every row's digest against the kept buckets and against the roots in the manifest. Answers the certificates. */
export async function proveSlice(
  path: string,
  key: Uint8Array,
  facts: GenerationManifest['facts'],
  tell: (rows: number) => void,
): Promise<number> {
  const db = openWritable({ path, key, mayCreate: false, isDurable: false, cacheMb: 64 });
  try {
    checkFile(db, 'slice');
    const { isEqual, roots } = await verifySlice(db, tell);
    const differs = ENTITY_ORDER.some(
      (entity) => facts.roots[entity] !== undefined && facts.roots[entity] !== roots[entity],
    );
    if (!isEqual || differs) throw new AppError('BACKUP_CHECK_FAILED', { what: 'digest' });
    return readCounts(db).certificate ?? 0;
  } finally {
    db.close();
  }
}
