import type { OfficeFile } from '../../unlock/office-file';
import { renewCertificate } from '../renew-certificate';
import { STATEMENTS_FACT, tagFor, tagStatements } from '../statements-tag';
import type { RunParts, SyncParts } from './sync-parts';

/** Role, lease and office statements; those that this device holds already are not sent again. */
export async function renewStatements(
  parts: Pick<SyncParts, 'store' | 'heldStatements' | 'saveOffice'>,
  { session, access, signal }: RunParts,
  onAnswered: () => void,
): Promise<void> {
  const { store } = parts;
  const { remote } = access;
  const kept = await store.call('factGet', { name: STATEMENTS_FACT });
  const answer = await remote.statements(signal, tagFor(kept, parts.heldStatements()));
  onAnswered();
  if (answer === null || answer.statements.length === 0) return;
  const office = { ...session.office, statements: answer.statements } as OfficeFile;
  await parts.saveOffice(office);
  const value = tagStatements(answer.tag, answer.statements);
  await store.call('factSet', { name: STATEMENTS_FACT, value });
}

/** A new certificate where the present one ends soon; what fails is tried again with the next run. */
export async function renewOwn(
  parts: SyncParts,
  { session, access, signal }: RunParts,
  onRenewed: () => void,
): Promise<void> {
  const { line } = access;
  try {
    const isRenewed = await renewCertificate({
      session,
      office: parts.office(),
      line,
      nowMs: parts.clock.highestMs(),
      signal,
      saveCertificates: (present, next) => parts.saveCertificates(present, next),
    });
    if (isRenewed) onRenewed();
  } catch (error) {
    parts.log.warn('device certificate not renewed', { detail: String(error) });
  }
}

/** Tells the centre how this device stands; that it was not told changes nothing for the run. */
export async function reportOwn(parts: SyncParts, { access, signal }: RunParts): Promise<void> {
  if (parts.isEmergency()) return;
  try {
    await parts.reports.send(access.line, signal);
  } catch (error) {
    if (!signal.aborted) parts.log.warn('not reported', { detail: String(error) });
  }
}
