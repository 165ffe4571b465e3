import { createHash } from 'node:crypto';
import type { ImportRow, ImportVerdict, NewCertificate } from '../../shared/domain/imports/rows';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import type { CommandPayload } from '../../shared/protocol/commands';
import { writeImportAnswer } from '../../shared/protocol/imports';
import { importContext } from '../imports/import-desk';
import { keepImport, takenMarks } from '../store/imports';
import { findOffice, usersOf } from '../store/offices';
import { commandAbout } from '../store/outbox';
import { findRow } from '../store/rows';
import { agreementsOf } from '../store/signers';
import type { SqlRunner } from '../store/sql-client';
import { policyOf } from '../tickets/policy';
import type { Bench } from './bench';
import { type Judgement, withoutSigner } from './judgement';
import { certificatesUnder } from './lookup';
import { heldIntent } from './signed-intent';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Judges a list that was handed in: who signed it, whether these are the rows that were signed, then row by row. What is
 * taken waits for somebody at the centre; nothing of it changes the data by itself.
 */
export async function takeImport(
  bench: Bench,
  { list, rows, signed }: CommandPayload<'import'>,
): Promise<Judgement> {
  const { runner, keys, device, nowMs } = bench;
  const rejected = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });
  const bar = await barOf(bench);
  if (bar !== null) return rejected(bar);
  const held = await heldIntent(bench, 'import', signed);
  if (!held.ok) return withoutSigner(held.fault);
  const { intent } = held;
  const isSigned =
    intent.list === list &&
    intent.rows === rows.length &&
    intent.rowsSha256 === sha256(canonicalJson(rows));
  if (!isSigned) return rejected('import-differs');
  const id = intent.import;
  if ((await commandAbout(runner, 'import', id)) !== undefined) return rejected('request-known');
  const verdicts = await verdictsOn(runner, device.office, rows);
  const context = importContext(device.office, id);
  const kept = rows.map((row: ImportRow, i) => ({
    verdict: verdicts[i] ?? 'taken',
    mark: markOf(row),
    content: keys.wrap(Buffer.from(canonicalJson(row), 'utf8'), context),
  }));
  await keepImport(runner, { office: device.office, id, list }, kept, nowMs);
  return { verdict: 'applied', reason: writeImportAnswer(verdicts), subject: id };
}

/** Why the command's author may hand nothing in; null where they may. */
async function barOf({ runner, device, command }: Bench): Promise<string | null> {
  const users = await usersOf(runner, device.office);
  const author = users.find(({ userId }) => userId === command.actor);
  if (author?.role !== 'head') return 'import-role';
  const { agreementBefore = [] } = await policyOf(runner, device.office);
  if (!agreementBefore.includes('import')) return null;
  const agreements = await agreementsOf(runner, device.office);
  return agreements.some(({ userId }) => userId === command.actor) ? null : 'agreement-missing';
}

async function verdictsOn(
  runner: SqlRunner,
  officeCode: string,
  rows: readonly ImportRow[],
): Promise<ImportVerdict[]> {
  const office = await findOffice(runner, officeCode);
  const told = new Set(await takenMarks(runner, officeCode, rows.map(markOf)));
  const verdicts: ImportVerdict[] = [];
  for (const row of rows) {
    const mark = markOf(row);
    const verdict = await verdictOn(runner, office?.slice ?? 0, row);
    verdicts.push(verdict === 'taken' && told.has(mark) ? 'told' : verdict);
    // A list that names one thing twice has it taken once.
    told.add(mark);
  }
  return verdicts;
}

async function verdictOn(runner: SqlRunner, slice: number, row: ImportRow): Promise<ImportVerdict> {
  if ('field' in row)
    return (await findRow(runner, 'certificate', slice, row.certificate)) === undefined
      ? 'gone'
      : 'taken';
  return (await isKnown(runner, row)) ? 'known' : 'taken';
}

/** A number is known with the same last day: a renewed certificate keeps its number. */
async function isKnown(runner: SqlRunner, { number, validTo }: NewCertificate): Promise<boolean> {
  return (await certificatesUnder(runner, number)).some((known) => known.validTo === validTo);
}

function markOf(row: ImportRow): string {
  const { line: _line, ...said } = row;
  return sha256(canonicalJson(said));
}
