import type { EmergencyLevel } from '../../shared/domain/emergency/levels';
import { BackupEndpointsSchema, LevelSchema } from '../../shared/protocol/emergency-level';
import { type Device, devicesOf } from '../store/devices';
import { holdDevice } from '../store/directives';
import {
  addLevel,
  addLevelTold,
  holdLevel,
  isLevelTold,
  type LevelStandingRow,
  listLevels,
  newestLevel,
  type OfficeLevel,
  wasLevelTold,
} from '../store/emergency-levels';
import { findOffice } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { type ControlParts, giveOrder } from './directives';
import { type Agreed, demandTwo } from './two-persons-rule';

const MOST_REASON = 300;
/** A device that is away for long may still carry it out. */
const HOURS = 90 * 24;
/** A drill that comes next month is none. */
const DRILL_HOURS = 7 * 24;

/** What is ordered of an office. */
export interface LevelWish {
  readonly level: EmergencyLevel;
  readonly reason: string;
  readonly endpoints?: readonly string[];
  readonly isDrill?: boolean;
}

/** Emergency levels of offices, and the orders that tell devices. */
export class LevelDesk {
  constructor(private readonly parts: ControlParts) {}

  /**
   * Sets the level of an office for all its devices, those that are enrolled later among them; or practises it with those that are
   * there. How many devices were ordered. Throws RangeError for an office that is not there, a level that holds, addresses that
   * are missing or too many, and a drill that reaches nobody.
   */
  async set(office: string, wish: LevelWish, agreed: Agreed | null = null): Promise<number> {
    const { client, nowMs } = this.parts;
    await demandTwo(client, 'an emergency level', agreed);
    const level = LevelSchema.parse(wish.level);
    const reason = wish.reason.trim();
    if (reason === '' || reason.length > MOST_REASON)
      throw new RangeError(`a reason of 1 to ${MOST_REASON} characters is wanted`);
    const read = BackupEndpointsSchema.safeParse(wish.endpoints ?? []);
    if (!read.success) throw new RangeError('addresses begin with https://, ten at most');
    const endpoints = read.data;
    if (endpoints.length > 0 !== level >= 3)
      throw new RangeError('levels 3 and 4 name backup addresses, the others none');
    return client.transaction(async (runner) => {
      if ((await findOffice(runner, office)) === undefined)
        throw new RangeError(`no office ${office}`);
      const former = await holdLevel(runner, office);
      const devices = await devicesOf(runner, office);
      const now = { number: (former?.number ?? 0) + 1, level, reason, endpoints, setMs: nowMs() };
      if (wish.isDrill === true) {
        if (level === 0) throw new RangeError('a drill practises a level from 1 to 4');
        const able = devices.filter(isReached);
        if (able.length === 0) throw new RangeError(`no device of office ${office}`);
        for (const device of able) await order(this.parts, runner, device, now, true);
        return able.length;
      }
      if ((former?.level ?? 0) === level && level === 0)
        throw new RangeError(`office ${office} has no emergency level`);
      await addLevel(runner, office, now);
      let told = 0;
      for (const device of devices) if (await tell(this.parts, runner, device, now)) told++;
      return told;
    });
  }

  /** Levels of an office, the newest first, with how many devices go by them. */
  list(office: string): Promise<readonly LevelStandingRow[]> {
    return listLevels(this.parts.client, office);
  }
}

/** At a contact of the device: a level that it was not told of is ordered now. Costs one look where there is none. */
export async function tellLevelNow(parts: ControlParts, device: Device): Promise<void> {
  const now = await newestLevel(parts.client, device.office);
  if (now === undefined || (await isLevelTold(parts.client, device.id, now.number))) return;
  await parts.client.transaction(async (runner) => {
    // Two contacts at the same time order it once.
    await holdDevice(runner, device.id);
    // Of an order that came meanwhile the device may have been told: one of before must not come after it.
    const newest = await newestLevel(runner, device.office);
    if (newest !== undefined) await tell(parts, runner, device, newest);
  });
}

const isReached = ({ status, controlKey }: Device): boolean =>
  status === 'active' && controlKey !== null;

/** True where it was ordered: not from a device that may not work, was told already, or never heard of what is lifted. */
async function tell(
  parts: ControlParts,
  runner: SqlRunner,
  device: Device,
  now: OfficeLevel,
): Promise<boolean> {
  if (!isReached(device) || (await isLevelTold(runner, device.id, now.number))) return false;
  if (now.level === 0 && !(await wasLevelTold(runner, device.id))) return false;
  const { id } = await order(parts, runner, device, now, false);
  await addLevelTold(runner, device.id, now.number, id);
  return true;
}

function order(
  parts: ControlParts,
  runner: SqlRunner,
  device: Device,
  { level, reason, endpoints }: OfficeLevel,
  isDrill: boolean,
) {
  const what = { device: device.id, kind: 'set-level' as const, reason, level, isDrill };
  const hours = isDrill ? DRILL_HOURS : HOURS;
  return giveOrder(parts, runner, device, {
    ...{ ...what, hours },
    ...(endpoints.length === 0 ? {} : { endpoints }),
  });
}
