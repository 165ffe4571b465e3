import { randomBytes } from 'node:crypto';
import type { EmergencyLevel } from '../../shared/domain/emergency/levels';
import type { MarkedSet } from '../../shared/domain/marks/marks';
import { ulid } from '../../shared/kernel/ids';
import { LeaseFileSchema } from '../../shared/protocol/control';
import {
  type DirectiveStatement,
  DirectiveStatementSchema,
} from '../../shared/protocol/signed-statement';
import { leaseOf } from '../enrol/statements';
import type { StatementWriter } from '../keys/statement-writer';
import { type Device, findDevice } from '../store/devices';
import { addDirective, nextDirectiveSeq } from '../store/directives';
import type { SqlClient, SqlRunner } from '../store/sql-client';

export interface ControlParts {
  readonly client: SqlClient;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
}

/** An order to a device, as it is given. */
export interface DirectiveOrder {
  readonly device: string;
  /** A mark and its lift are given for a whole office: MarkDesk. */
  readonly kind: Exclude<DirectiveStatement['kind'], 'mark' | 'lift-mark' | 'set-level'>;
  readonly reason: string;
  /** Of orders that are neither lock nor wipe: how long they may be carried out. Default: a week. */
  readonly hours?: number;
  /** Of `switch-endpoint`. */
  readonly endpoints?: readonly string[];
}

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 7 * 24;

async function need(runner: SqlRunner, id: string): Promise<Device> {
  const device = await findDevice(runner, id);
  if (device === undefined) throw new RangeError(`no device ${id}`);
  return device;
}

/** An order of any kind; of a mark with what it says. */
type AnyOrder =
  | DirectiveOrder
  | (Omit<DirectiveOrder, 'kind'> & {
      readonly kind: 'mark' | 'lift-mark';
      readonly mark: string;
      readonly marked?: MarkedSet;
    })
  | (Omit<DirectiveOrder, 'kind'> & {
      readonly kind: 'set-level';
      readonly level: EmergencyLevel;
      readonly isDrill: boolean;
    });

/** Signs an order and keeps it for the device's next contact. Throws RangeError for a device that is not there. */
export function giveDirective(
  parts: ControlParts,
  order: DirectiveOrder,
): Promise<DirectiveStatement> {
  return parts.client.transaction(async (runner) =>
    giveOrder(parts, runner, await need(runner, order.device), order),
  );
}

/** The same within a transaction. */
export async function giveOrder(
  parts: Pick<ControlParts, 'statements' | 'nowMs'>,
  runner: SqlRunner,
  device: Device,
  order: AnyOrder,
): Promise<DirectiveStatement> {
  const { kind, reason, hours = DEFAULT_HOURS, endpoints } = order;
  const { id } = device;
  // A device that was revoked may not work on.
  if (kind === 'renew-lease' && device.status !== 'active')
    throw new RangeError(`device ${id} is ${device.status}`);
  if (device.controlKey === null)
    throw new RangeError(`device ${id} was enrolled without a control channel`);
  const issuedMs = parts.nowMs();
  const isUrgent = kind === 'lock' || kind === 'wipe';
  const lease = leaseOf(device.office, id, issuedMs);
  const directive = DirectiveStatementSchema.parse({
    type: 'directive',
    id: ulid(issuedMs, randomBytes(10)),
    office: device.office,
    device: id,
    kind,
    seq: await nextDirectiveSeq(runner, id),
    reason,
    issuedMs,
    ...(isUrgent ? {} : { expiresMs: issuedMs + hours * HOUR_MS }),
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(kind === 'renew-lease' ? { lease: await parts.statements.sign(lease) } : {}),
    ...('level' in order ? { level: order.level, isDrill: order.isDrill } : {}),
    ...('mark' in order ? { mark: order.mark } : {}),
    ...('marked' in order && order.marked !== undefined ? { marked: order.marked } : {}),
  });
  await addDirective(runner, directive, await parts.statements.sign(directive));
  return directive;
}

/**
 * A lease for the device as a file for a stick. Throws RangeError for a device that is not there or may
 * not work any more.
 */
export async function leaseFile(
  parts: ControlParts,
  id: string,
): Promise<{ readonly text: string; readonly untilMs: number }> {
  const device = await need(parts.client, id);
  if (device.status !== 'active') throw new RangeError(`device ${id} is ${device.status}`);
  const lease = leaseOf(device.office, id, parts.nowMs());
  const file = LeaseFileSchema.parse({
    format: 'fieldcert-lease',
    version: 1,
    statement: await parts.statements.sign(lease),
  });
  return { text: `${JSON.stringify(file, null, 1)}\n`, untilMs: lease.expiresMs };
}
