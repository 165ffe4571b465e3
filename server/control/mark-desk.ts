import { randomBytes } from 'node:crypto';
import {
  MAX_ALL_MARKED_IDS,
  MAX_MARKED_IDS,
  MAX_MARKS,
  type MarkedSet,
} from '../../shared/domain/marks/marks';
import { NUMBER_FORMS } from '../../shared/domain/model';
import { ulid } from '../../shared/kernel/ids';
import { type Device, devicesOf } from '../store/devices';
import { holdDevice } from '../store/directives';
import {
  addMark,
  certificatesIn,
  countMarks,
  countOfGroup,
  endMark,
  idsUnderNumber,
  listMarks,
  type MarkStanding,
  type OfficeMark,
  untoldMarks,
} from '../store/marks';
import { findOffice } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { type ControlParts, giveOrder } from './directives';
import { type Agreed, demandTwo } from './two-persons-rule';

/** `T` and an ID number, or an ID number alone: numbers that are not stored as such. */
const MADE_OF_ID = /^(T?)(\d{17}[\dX])$/u;
const MOST_REASON = 300;
/** A device that is away for long may still carry it out. */
const HOURS = 90 * 24;

/** What is to be marked: certificates by id or number, or a group by id. */
export type MarkWish =
  | {
      readonly certificates: readonly number[];
      readonly numbers?: readonly string[];
    }
  | { readonly by: 'company' | 'body' | 'issuer'; readonly id: number };

/** Sets of certificates that the centre has under verification (核查中), and the orders that tell devices. */
export class MarkDesk {
  constructor(private readonly parts: ControlParts) {}

  /**
   * Marks a set for all devices of an office, those that are enrolled later among them. Throws RangeError for an office, a
   * certificate or a group that is not there, outside the office's region, or for more than a device can hold.
   */
  async mark(
    officeCode: string,
    wish: MarkWish,
    reason: string,
    agreed: Agreed | null = null,
  ): Promise<{ readonly mark: OfficeMark; readonly certificates: number }> {
    await demandTwo(this.parts.client, 'a mark', agreed);
    const text = reasonOf(reason);
    return this.parts.client.transaction(async (runner) => {
      const office = await findOffice(runner, officeCode);
      if (office === undefined) throw new RangeError(`no office ${officeCode}`);
      const held = await countMarks(runner, office.code);
      if (held.marks >= MAX_MARKS)
        throw new RangeError(`office ${office.code} has ${MAX_MARKS} marks: lift one first`);
      const marked = await setOf(runner, office.slice, wish);
      if (marked.by === 'certificates' && held.named + marked.ids.length > MAX_ALL_MARKED_IDS)
        throw new RangeError(
          `office ${office.code} would have more than ${MAX_ALL_MARKED_IDS} certificates marked one by one: lift a mark, or mark a group`,
        );
      const givenMs = this.parts.nowMs();
      const id = ulid(givenMs, randomBytes(10));
      const mark = { id, office: office.code, marked, reason: text, givenMs };
      await addMark(runner, mark);
      await this.tellAll(runner, office.code);
      const certificates =
        marked.by === 'certificates'
          ? marked.ids.length
          : await countOfGroup(runner, office.slice, marked.by, marked.id);
      return { mark: { ...mark, liftedMs: null, liftReason: null }, certificates };
    });
  }

  /** Lifts a mark. Throws RangeError for one that is not there or was lifted. */
  async lift(id: string, reason: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'lifting a mark', agreed);
    const text = reasonOf(reason);
    return this.parts.client.transaction(async (runner) => {
      const office = await endMark(runner, id, text, this.parts.nowMs());
      if (office === undefined) throw new RangeError(`no mark ${id} in force`);
      await this.tellAll(runner, office);
    });
  }

  /** Marks of an office, the newest first, with how many devices go by them. */
  list(office: string): Promise<readonly MarkStanding[]> {
    return listMarks(this.parts.client, office);
  }

  private async tellAll(runner: SqlRunner, office: string): Promise<void> {
    for (const device of await devicesOf(runner, office))
      await tellMarks(this.parts, runner, device);
  }
}

/** At a contact of the device: what it has still to be told of marks is ordered now. Costs one look where there is nothing. */
export async function tellMarksNow(parts: ControlParts, device: Device): Promise<void> {
  const untold = await untoldMarks(parts.client, device.office, device.id);
  if (untold.length > 0)
    await parts.client.transaction(async (runner) => {
      // Two contacts at the same time order it once.
      await holdDevice(runner, device.id);
      await tellMarks(parts, runner, device);
    });
}

/** Orders a device what it has still to be told of marks; nothing for one that may not work any more. */
async function tellMarks(
  parts: Pick<ControlParts, 'statements' | 'nowMs'>,
  runner: SqlRunner,
  device: Device,
): Promise<void> {
  if (device.status !== 'active' || device.controlKey === null) return;
  for (const { id, marked, reason, liftedMs, liftReason } of await untoldMarks(
    runner,
    device.office,
    device.id,
  ))
    await giveOrder(
      parts,
      runner,
      device,
      liftedMs === null
        ? { device: device.id, kind: 'mark', reason, hours: HOURS, mark: id, marked }
        : {
            ...{ device: device.id, kind: 'lift-mark', reason: liftReason ?? '' },
            ...{ hours: HOURS, mark: id },
          },
    );
}

async function setOf(runner: SqlRunner, slice: number, wish: MarkWish): Promise<MarkedSet> {
  if ('by' in wish) {
    if ((await countOfGroup(runner, slice, wish.by, wish.id)) === 0)
      throw new RangeError(`no certificate of ${wish.by} ${wish.id} in the office's region`);
    return wish;
  }
  const ids = new Set(wish.certificates);
  for (const number of wish.numbers ?? []) {
    const [, t, idNumber] = MADE_OF_ID.exec(number.toUpperCase()) ?? [];
    const form = t === 'T' ? NUMBER_FORMS['T-id'] : NUMBER_FORMS.id;
    const ofId = idNumber === undefined ? null : { idNumber, form };
    const found = await idsUnderNumber(runner, slice, number, ofId);
    // The number may hold an ID: it is not repeated.
    if (found.length === 0)
      throw new RangeError(`one of the numbers is no certificate of the office's region`);
    for (const id of found) ids.add(id);
  }
  if (ids.size === 0 || ids.size > MAX_MARKED_IDS)
    throw new RangeError(
      `1 to ${MAX_MARKED_IDS} certificates; more by --company, --body or --issuer`,
    );
  const known = new Set(await certificatesIn(runner, slice, [...ids]));
  const strange = [...ids].filter((id) => !known.has(id));
  if (strange.length > 0)
    throw new RangeError(`not in the office's region: ${strange.slice(0, 10).join(', ')}`);
  return { by: 'certificates', ids: [...ids].sort((a, b) => a - b) };
}

function reasonOf(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > MOST_REASON)
    throw new RangeError(`a reason of 1 to ${MOST_REASON} characters is wanted`);
  return text;
}
