import {
  BASE_STATUSES,
  type Day,
  ENTITY_ORDER,
  type Entity,
  EVENT_TYPES,
} from '../../shared/domain/model';
import { addYears } from '../../shared/kernel/day';
import { reserveIds } from '../store/id-space';
import { findRow, rowsPointingTo, type StoredRow, type Values } from '../store/rows';
import { holdSlices } from '../store/slices';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import type { Region } from '../sync/regions';
import { applyChanges, type Change, RowMissing } from './changes';

const without = (values: Values, ...names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

async function nextEvent(
  runner: SqlRunner,
  slice: number,
  certificate: number,
  values: Values,
): Promise<Change> {
  const events = await rowsPointingTo(runner, 'event', slice, 'certificate', [certificate]);
  const seq = 1 + Math.max(0, ...events.map((row) => row.values.seq as number));
  const [range] = await reserveIds(runner, slice, 'event', 1);
  if (range === undefined) throw new Error('no id');
  return { op: 'put', entity: 'event', id: range.first, values: { certificate, seq, ...values } };
}

async function certificateOf(runner: SqlRunner, slice: number, id: number): Promise<StoredRow> {
  const row = await findRow(runner, 'certificate', slice, id);
  if (row === undefined) throw new RowMissing('certificate', id);
  return row;
}

/** 吊销: the status changes, the row stays, an event is added. Throws RowMissing. */
export function revokeCertificate(
  client: SqlClient,
  { slice, leafOf }: Region,
  id: number,
  day: Day,
  reason: string,
): Promise<void> {
  return client.transaction(async (runner) => {
    await holdSlices(runner, slice);
    const { values } = await certificateOf(runner, slice, id);
    const fields = { baseStatus: BASE_STATUSES.revoked, statusReason: reason, statusDay: day };
    const event = await nextEvent(runner, slice, id, {
      type: EVENT_TYPES.revoked,
      day,
      by: values.issuer,
      note: reason,
    });
    await applyChanges(runner, slice, leafOf, [
      { op: 'patch', entity: 'certificate', id, fields },
      event,
    ]);
  });
}

/** How long a certificate of some kind runs. */
export interface Period {
  readonly validityYears: number;
  readonly reviewYears: number | undefined;
}

/** 续证: a new period from the day after the present one (or `day`, when later). Throws RowMissing. */
export function renewCertificate(
  client: SqlClient,
  { slice, leafOf }: Region,
  id: number,
  day: Day,
  periodOf: (kind: number) => Period,
): Promise<void> {
  return client.transaction(async (runner) => {
    await holdSlices(runner, slice);
    const { values } = await certificateOf(runner, slice, id);
    const period = periodOf(values.kind as number);
    const validFrom = Math.max((values.validTo as number) + 1, day);
    const validTo = addYears(validFrom, period.validityYears) - 1;
    const reviewDue =
      period.reviewYears === undefined ? null : addYears(validFrom, period.reviewYears) - 1;
    const event = await nextEvent(runner, slice, id, {
      type: EVENT_TYPES.renewed,
      day,
      by: values.issuer,
      validTo,
      ...(reviewDue === null ? {} : { reviewDue }),
    });
    await applyChanges(runner, slice, leafOf, [
      {
        op: 'patch',
        entity: 'certificate',
        id,
        fields: { validFrom, validTo, reviewDue, reviewDone: null },
      },
      event,
    ]);
  });
}

/** A person's rows, by entity, in load order. */
async function rowsOfPerson(
  runner: SqlRunner,
  slice: number,
  person: number,
): Promise<ReadonlyMap<Entity, readonly StoredRow[]>> {
  const own = await findRow(runner, 'person', slice, person);
  if (own === undefined) throw new RowMissing('person', person);
  const certificates = await rowsPointingTo(runner, 'certificate', slice, 'holder', [person]);
  const ids = certificates.map(({ id }) => id);
  return new Map<Entity, readonly StoredRow[]>([
    ['person', [own]],
    ['certificate', certificates],
    ['event', await rowsPointingTo(runner, 'event', slice, 'certificate', ids)],
    ['training', await rowsPointingTo(runner, 'training', slice, 'person', [person])],
    ['exam', await rowsPointingTo(runner, 'exam', slice, 'person', [person])],
    [
      'attachment',
      [
        ...(await rowsPointingTo(runner, 'attachment', slice, 'owner', [person], 1)),
        ...(await rowsPointingTo(runner, 'attachment', slice, 'owner', ids, 2)),
      ],
    ],
  ]);
}

/**
 * A person with all certificates leaves one region for another: exits with the new region here, rows
 * with the next revision there, in one transaction. Employers stay behind. Throws RowMissing.
 */
export function movePerson(
  client: SqlClient,
  from: Region,
  to: Region,
  person: number,
  day: Day,
): Promise<void> {
  return client.transaction(async (runner) => {
    // Before anything is read: a revocation meanwhile would be moved as the valid certificate of before.
    await holdSlices(runner, from.slice, to.slice);
    const rows = await rowsOfPerson(runner, from.slice, person);
    const exits: Change[] = [];
    const puts: Change[] = [];
    for (const entity of ENTITY_ORDER) {
      for (const { id, rev, values, secret } of rows.get(entity) ?? []) {
        exits.push({ op: 'exit', entity, id, reason: 'moved', day, movedTo: to.slice });
        puts.push({
          op: 'put',
          entity,
          id,
          rev: rev + 1,
          values: without(values, 'company'),
          secret,
        });
      }
    }
    const moved = rows.get('certificate') ?? [];
    await applyChanges(runner, from.slice, from.leafOf, exits);
    await applyChanges(runner, to.slice, to.leafOf, puts);
    for (const { id, values } of moved) {
      const event = await nextEvent(runner, to.slice, id, {
        type: EVENT_TYPES.moved,
        day,
        by: values.issuer,
        region: to.slice,
      });
      await applyChanges(runner, to.slice, to.leafOf, [event]);
    }
  });
}
