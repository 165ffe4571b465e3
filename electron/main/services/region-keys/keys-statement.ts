import {
  type RegionKeysStatement,
  RegionKeysStatementSchema,
} from '../../../../shared/protocol/region-keys';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';

type Statements = OfficeFile['statements'];
type Source = Pick<OfficeFile, 'ca' | 'statementCertificate' | 'deviceId' | 'office'>;

interface Kept {
  readonly envelope: Statements[number];
  readonly says: RegionKeysStatement;
}

/**
 * What the centre said last of the region's keys, among statements: signed by it, for this device and office. A later
 * epoch counts before an earlier one, of the same the one that was signed later. It has no end: an office that is long
 * without contact must go on reading what it has. Null: nothing was said, the keys of the enrolment are in force.
 */
export async function keysSaid(
  office: Source,
  statements: Statements,
): Promise<RegionKeysStatement | null> {
  return (await newest(office, statements))?.says ?? null;
}

/** Statements that come with a list of before (an older stick, a backup) do not take newer keys back. */
export async function withNewestKeys(
  office: Source,
  held: Statements,
  coming: Statements,
): Promise<Statements> {
  const [here, there] = [await newest(office, held), await newest(office, coming)];
  if (here === null || (there !== null && !isBefore(there.says, here.says))) return coming;
  return [...coming.filter((one) => one !== there?.envelope), here.envelope];
}

function isBefore(a: RegionKeysStatement, b: RegionKeysStatement): boolean {
  return a.keyEpoch < b.keyEpoch || (a.keyEpoch === b.keyEpoch && a.issuedMs < b.issuedMs);
}

async function newest(office: Source, statements: Statements): Promise<Kept | null> {
  const found = statements.filter(({ payload }) => payload.includes('"type":"region-keys"'));
  if (found.length === 0) return null;
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  let kept: Kept | null = null;
  for (const envelope of found) {
    const opened = await checks.openTimeless(envelope, RegionKeysStatementSchema);
    if (!opened.ok) continue;
    const says = opened.value;
    const isOurs =
      says.device === office.deviceId &&
      says.office === office.office.code &&
      says.region === office.office.region;
    if (isOurs && (kept === null || !isBefore(says, kept.says))) kept = { envelope, says };
  }
  return kept;
}
