import { maskCertificateNumber } from '../../../shared/domain/identity/masks';
import type { MarkIndex } from '../../../shared/domain/marks/marks';
import {
  CERTIFICATE_KINDS,
  NUMBER_FORMS,
  type NumberFormCode,
  type ReadKind,
  readWord,
} from '../../../shared/domain/model';
import { maskName } from '../../../shared/domain/name/mask';
import type { StatusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { evaluateStatus } from '../../../shared/domain/policy/evaluate-status';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { readBase } from '../cube/read-base';
import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOrNull } from '../sql/values';

/** The rules of the day. */
export interface Rules {
  readonly pack: RulePack;
  readonly cutoffs: StatusCutoffs;
  /** What the centre has marked as 核查中. */
  readonly marks: MarkIndex;
}

/** The kind's word; one of a newer centre keeps its code, so that its row does not take a whole list with it. */
export function kindWord(code: number): ReadKind {
  return readWord(CERTIFICATE_KINDS, code);
}

export function numberFormOf(code: number): NumberFormCode {
  return code === NUMBER_FORMS.own || code === NUMBER_FORMS['T-id'] || code === NUMBER_FORMS.id
    ? code
    : NUMBER_FORMS.sealed;
}

/** The certificate number as it may be shown. */
export function shownNumber(
  form: number,
  number: string | null,
  maskedNumber: string | null,
  maskedId: string,
): string {
  if (form === NUMBER_FORMS.sealed && maskedNumber !== null) return maskedNumber;
  return maskCertificateNumber(numberFormOf(form), number ?? undefined, maskedId);
}

const ITEMS = `
  select c.id, c."holder", p."name", p.maskedId, c."numberForm", c."number", c.maskedNumber, c."kind", c."category",
         c."company", co."name", c."region", c."industry", c."validFrom", c."validTo", c."reviewDue", c."baseStatus", c."body", c."issuer"
  from json_each(?) wanted cross join certificate c on c.id = wanted.value
  left join person p on p.id = c."holder" left join company co on co.id = c."company"`;

function validityOf(row: SqlRow, rules: Rules): CertificateItem['validity'] {
  const validFrom = intOf(row[13]);
  const validTo = intOf(row[14]);
  const reviewDue = intOrNull(row[15]);
  const answer = evaluateStatus(
    {
      validFrom,
      validTo,
      ...(reviewDue === null ? {} : { reviewDue }),
      baseStatus: readBase(intOf(row[16]), rules.marks, {
        id: intOf(row[0]),
        company: intOrNull(row[9]),
        body: intOrNull(row[17]),
        issuer: intOf(row[18]),
        kind: intOf(row[7]),
      }),
    },
    rules.cutoffs.today,
    rules.pack,
    rules.cutoffs,
  );
  const { status, colour, stage, daysLeft, deciding, soon } = answer;
  return { status, colour, stage, daysLeft, deciding, soon, validFrom, validTo, reviewDue };
}

function itemOf(row: SqlRow, rules: Rules): CertificateItem {
  const maskedId = textOrNull(row[3]) ?? '';
  return {
    id: intOf(row[0]),
    personId: intOf(row[1]),
    name: maskName(textOrNull(row[2]) ?? ''),
    maskedId,
    number: shownNumber(intOf(row[4]), textOrNull(row[5]), textOrNull(row[6]), maskedId),
    kind: kindWord(intOf(row[7])),
    category: intOrNull(row[8]),
    companyId: intOrNull(row[9]),
    company: textOrNull(row[10]),
    region: String(intOf(row[11])),
    industry: intOf(row[12]),
    validity: validityOf(row, rules),
  };
}

/** Certificates as lists show them, masked, in the order asked for, without those not in the slice. Scope is the caller's. */
export function readItems(db: ReadableDb, ids: Iterable<number>, rules: Rules): CertificateItem[] {
  // One statement for all: the cross join keeps the order of the ids.
  const rows = db.all({ text: ITEMS, values: [JSON.stringify([...ids])] });
  return rows.map((row) => itemOf(row, rules));
}

/** One certificate as lists show it; undefined when it is not in the slice. */
export function readItem(db: ReadableDb, id: number, rules: Rules): CertificateItem | undefined {
  return readItems(db, [id], rules)[0];
}

/** Where a certificate went when it left the office's scope, or null. */
export function movedTo(db: ReadableDb, entity: number, id: number): string | null {
  const region =
    intOrNull(
      db.value(sql`select movedTo from tombstone where entity = ${entity} and id = ${id}`),
    ) ?? 0;
  return region === 0 ? null : String(region);
}
