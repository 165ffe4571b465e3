import { documentAlone } from '../../shared/domain/identity/other-document';
import {
  BASE_STATUSES,
  NUMBER_FORMS,
  type ReadBaseCode,
  UNDER_VERIFICATION,
} from '../../shared/domain/model';
import { isSameName } from '../../shared/domain/name/same-name';
import type { CommandPayload } from '../../shared/protocol/commands';
import { type LookupAnswer, writeLookupAnswer } from '../../shared/protocol/lookup-answer';
import { type LookedUp, lookUpById, lookUpByIdNumber, lookUpByNumber } from '../store/lookups';
import type { SqlRunner } from '../store/sql-client';
import type { Bench } from './bench';
import type { Judgement } from './judgement';

/** `T` and an ID number, or an ID number alone: numbers that are not stored as such. */
const MADE_OF_ID = /^(T?)(\d{17}[\dX])$/u;

/** Answers by every region's data; nothing of a person goes back. */
export async function judgeLookup(
  { runner }: Bench,
  payload: CommandPayload<'lookup'>,
): Promise<Judgement> {
  const rows = await rowsFor(runner, payload);
  return {
    verdict: 'applied',
    reason: writeLookupAnswer(answerOf(rows, payload)),
    subject: payload.lookup,
  };
}

async function rowsFor(
  runner: Bench['runner'],
  { idNumber, number, code }: CommandPayload<'lookup'>,
): Promise<readonly LookedUp[]> {
  // Ids are this centre's own; which key signed the code was checked where it was read.
  if (code !== null) return lookUpById(runner, code.id);
  if (number !== null && isEither(number, idNumber))
    return [
      ...(await certificatesUnder(runner, number)),
      ...(await lookUpByIdNumber(runner, idNumber)),
    ];
  if (number !== null) return certificatesUnder(runner, number);
  return idNumber === null ? [] : lookUpByIdNumber(runner, idNumber);
}

/** A number that stood alone and may be a certificate's as well as a document's is asked as both. */
const isEither = (number: string | null, idNumber: string | null): idNumber is string =>
  number !== null && idNumber !== null && documentAlone(number) === idNumber.toUpperCase();

/** Certificates of a number in any region, whether it is its own or made of the holder's ID number. */
export async function certificatesUnder(
  runner: SqlRunner,
  number: string,
): Promise<readonly LookedUp[]> {
  const [, t, id] = MADE_OF_ID.exec(number.toUpperCase()) ?? [];
  if (id === undefined) return lookUpByNumber(runner, number);
  const form = t === 'T' ? NUMBER_FORMS['T-id'] : NUMBER_FORMS.id;
  return (await lookUpByIdNumber(runner, id)).filter(({ numberForm }) => numberForm === form);
}

/**
 * What the centre answers of the certificates that a number or an ID found: only those speak that are of the ID and bear
 * the name that the question has beside it.
 */
export function answerOf(
  rows: readonly LookedUp[],
  { name, idNumber, number }: Pick<CommandPayload<'lookup'>, 'name' | 'idNumber' | 'number'>,
): LookupAnswer {
  if (rows.length === 0) return { found: 'none' };
  const isOfAny = idNumber === null || isEither(number, idNumber);
  const own = isOfAny ? rows : rows.filter(({ holder }) => isSameId(idNumber, holder));
  if (own.length === 0) return { found: 'number-differs' };
  const named = name === null ? own : own.filter((row) => isSameName(name, row.name));
  const [first] = named;
  if (first === undefined) return { found: 'name-differs' };
  // Everything that a status is made of: of two alike but for a review the one that is overdue may be meant.
  // Of two people's alike neither may answer for the other.
  const standing = ({ holder, baseStatus, validFrom, validTo, reviewDue }: LookedUp) =>
    `${holder.toUpperCase()}:${baseStatus}:${validFrom}:${validTo}:${reviewDue ?? 0}`;
  if (new Set(named.map(standing)).size > 1) return { found: 'several' };
  const { validFrom, validTo, reviewDue } = first;
  const known: readonly ReadBaseCode[] = [...Object.values(BASE_STATUSES), UNDER_VERIFICATION];
  const baseStatus = known.find((code) => code === first.baseStatus);
  return {
    found: 'one',
    baseStatus: baseStatus as ReadBaseCode,
    validFrom,
    validTo,
    reviewDue: reviewDue ?? 0,
  };
}

const isSameId = (given: string, stored: string): boolean =>
  given.toUpperCase() === stored.toUpperCase();
