import type { SegmentFile, TransportKeys } from './segment-file';
import { readSegment } from './segment-file';

/** The core certificate row of the data model, person and company normalised out. */
export interface CoreCertificate {
  readonly id: number;
  readonly rev: number;
  readonly number: string | null;
  readonly kind: number;
  readonly category: number | null;
  readonly holder: number;
  readonly company: number | null;
  readonly issuer: number;
  readonly region: number;
  readonly industry: number;
  readonly firstIssue: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly reviewDue: number | null;
  readonly baseStatus: number;
}

/** Everything that a rival is given: certificates, and the names that searches need. */
export interface CoreRows {
  readonly certificates: CoreCertificate[];
  /** Names by person id. */
  readonly persons: Map<number, string>;
  /** Names by company id. */
  readonly companies: Map<number, string>;
}

/** Reads the plain rows of all core segments. */
export function readCoreRows(segments: readonly SegmentFile[], keys: TransportKeys): CoreRows {
  const rows: CoreRows = { certificates: [], persons: new Map(), companies: new Map() };
  for (const file of segments) {
    if (file.entity === 'certificate') addCertificates(rows.certificates, file, keys);
    if (file.entity === 'person') addNames(rows.persons, file, keys);
    if (file.entity === 'company') addNames(rows.companies, file, keys);
  }
  return rows;
}

function addNames(names: Map<number, string>, file: SegmentFile, keys: TransportKeys): void {
  const { ids, block } = readSegment(file, keys);
  ids.forEach((id, i) => {
    names.set(id, String(block.columns['name']?.[i] ?? ''));
  });
}

function addCertificates(out: CoreCertificate[], file: SegmentFile, keys: TransportKeys): void {
  const { ids, block } = readSegment(file, keys);
  const { columns, revs } = block;
  const int = (name: string, i: number) => columns[name]?.[i] as number;
  const optional = <T>(name: string, i: number) => (columns[name]?.[i] ?? null) as T | null;
  ids.forEach((id, i) => {
    out.push({
      id,
      rev: revs[i] ?? 1,
      number: optional<string>('number', i),
      kind: int('kind', i),
      category: optional<number>('category', i),
      holder: int('holder', i),
      company: optional<number>('company', i),
      issuer: int('issuer', i),
      region: int('region', i),
      industry: int('industry', i),
      firstIssue: int('firstIssue', i),
      validFrom: int('validFrom', i),
      validTo: int('validTo', i),
      reviewDue: optional<number>('reviewDue', i),
      baseStatus: int('baseStatus', i),
    });
  });
}
