import { type Moves, MovesSchema } from '../../../../../shared/protocol/moves';
import type { SliceState } from '../../../../store/protocol';
import type { StoreCaller } from '../../../clients/store-client';
import type { OfficeFile } from '../../unlock/office-file';
import { StatementChecks } from '../../unlock/statement-checks';

/**
 * What the slice says of where certificates went that are not in it any more, beside what the server signed of it.
 * `unproven`: nothing is signed of the state that the slice stands at; no record that is here reads otherwise by it.
 */
export type MovesStanding = 'equal' | 'differ' | 'unproven';

/** Fact of the journal: the signed statement that was compared last, as it came. */
const FACT = 'sync.moves';

export async function keepMoves(store: StoreCaller, envelope: unknown): Promise<void> {
  await store.call('factSet', { name: FACT, value: JSON.stringify(envelope) });
}

/** Compares as of now. Never throws for what lies in the journal: what cannot be verified proves nothing. */
export async function movesStanding(
  { hasSlice, cursor }: Pick<SliceState, 'hasSlice' | 'cursor'>,
  store: StoreCaller,
  office: OfficeFile,
): Promise<MovesStanding> {
  const text = hasSlice ? await store.call('factGet', { name: FACT }) : null;
  if (text === null) return 'unproven';
  const signed = await openMoves(text, office);
  if (signed === null || signed.epoch !== cursor?.epoch || signed.rseq !== cursor.rseq)
    return 'unproven';
  return (await store.call('movesRead', {})).sha256 === signed.sha256 ? 'equal' : 'differ';
}

async function openMoves(text: string, office: OfficeFile): Promise<Moves | null> {
  let envelope: unknown;
  try {
    envelope = JSON.parse(text);
  } catch {
    return null;
  }
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const opened = await checks.openTimeless(envelope, MovesSchema);
  return opened.ok && opened.value.region === office.office.region ? opened.value : null;
}
