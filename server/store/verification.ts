import type { Verdict } from './outbox';
import type { SqlRunner } from './sql-client';

/** A document that bears a code: a sealed package, or one certificate on paper. */
export interface CodedDocument {
  readonly kind: 'package' | 'record';
  readonly trace: string;
  /** Certificates in it. */
  readonly count: number;
  /** When the office says it was made, ms. */
  readonly madeMs: number;
  readonly manifestSha256: string | null;
  readonly packageSha256: string | null;
}

/** As it is found: with the office that made it and the verdict on the command that told of it. */
export interface FoundDocument extends CodedDocument {
  readonly office: string;
  readonly isPractice: boolean;
  readonly verdict: Verdict;
}

/** Keeps a code with its command, once. */
export async function keepCode(
  runner: SqlRunner,
  code: string,
  by: { readonly device: string; readonly dseq: number },
  document: CodedDocument,
): Promise<void> {
  const { kind, trace, count, madeMs, manifestSha256, packageSha256 } = document;
  await runner.query(
    `insert into verification_code (code, device, dseq, kind, trace, count, made_ms, manifest_sha256, package_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [code, by.device, by.dseq, kind, trace, count, madeMs, manifestSha256, packageSha256],
  );
}

type Row = {
  kind: 'package' | 'record';
  trace: string;
  count: number;
  made_ms: number;
  manifest_sha256: string | null;
  package_sha256: string | null;
  office: string;
  is_practice: boolean;
  verdict: Verdict;
};

/** What bears a code, at most two: a second is enough to doubt both. */
export async function findCode(runner: SqlRunner, code: string): Promise<readonly FoundDocument[]> {
  const rows = await runner.query<Row>(
    `select v.kind, v.trace, v.count, v.made_ms, v.manifest_sha256, v.package_sha256, o.name as office, o.is_practice,
       c.verdict
     from verification_code v join outbox c on c.device = v.device and c.dseq = v.dseq
       join device d on d.id = v.device join office o on o.code = d.office
     where v.code = $1 order by c.received_ms, v.device, v.dseq limit 2`,
    [code],
  );
  return rows.map((row) => ({
    kind: row.kind,
    trace: row.trace,
    count: row.count,
    madeMs: row.made_ms,
    manifestSha256: row.manifest_sha256,
    packageSha256: row.package_sha256,
    office: row.office,
    isPractice: row.is_practice,
    verdict: row.verdict,
  }));
}
