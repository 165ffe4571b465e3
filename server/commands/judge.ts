import {
  COMMAND_PAYLOADS,
  type CommandKind,
  type CommandPayload,
} from '../../shared/protocol/commands';
import { decideCrossRequest } from '../cross-region/decide';
import { takeCrossRequest } from '../cross-region/take-request';
import { keepAlert } from '../store/alerts';
import { findOffice, usersOf } from '../store/offices';
import { findRow } from '../store/rows';
import { judgeExport } from '../tickets/judge-export';
import { takeRequest } from '../tickets/requests';
import { notePackageCode, noteRecordCode } from '../verification/note-code';
import { takeAgreement } from './agreement';
import { takeAuditPage } from './audit-pages';
import { takeAuditRenewal } from './audit-renewal';
import type { Bench } from './bench';
import { takeCheckpoint } from './checkpoints';
import { takeImport } from './imports';
import type { Judgement } from './judgement';
import { judgeLookup } from './lookup';
import { takeSavedItem } from './saved-items';

type Judge<K extends CommandKind> = (
  bench: Bench,
  payload: CommandPayload<K>,
) => Judgement | Promise<Judgement>;

const applied = (subject: string | null = null): Judgement => ({
  verdict: 'applied',
  reason: null,
  subject,
});
const review = (reason: string | null, subject: string | null = null): Judgement => ({
  verdict: 'needs-review',
  reason,
  subject,
});
const rejected = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });

/** The revision of a row of the device's region; undefined where it is not there. */
async function revisionOf(
  { runner, device }: Bench,
  entity: 'certificate' | 'person' | 'company',
  id: number,
): Promise<number | undefined> {
  const office = await findOffice(runner, device.office);
  return office && (await findRow(runner, entity, office.slice, id))?.rev;
}

/** A row that changed since the person saw it is looked at by somebody, never overwritten. */
async function aboutRow(
  bench: Bench,
  entity: 'certificate' | 'person' | 'company',
  id: number,
): Promise<'gone' | 'changed' | 'same'> {
  const revision = await revisionOf(bench, entity, id);
  if (revision === undefined) return 'gone';
  const { base } = bench.command;
  return base !== undefined && base !== revision ? 'changed' : 'same';
}

const JUDGES: { readonly [K in CommandKind]: Judge<K> } = {
  'export-record': async (bench, record) => {
    await notePackageCode(bench, record);
    return judgeExport(bench, record);
  },
  'export-request': ({ runner, device, command, nowMs }, asked) =>
    takeRequest(runner, device, command.actor, asked, nowMs),
  'audit-page': ({ runner, device, nowMs }, page) => takeAuditPage(runner, device.id, page, nowMs),
  'audit-renewal': ({ runner, device, command, nowMs }, said) =>
    takeAuditRenewal(runner, device.id, command.dseq, said, nowMs),
  correction: async (bench, { subject, id }) => {
    const row = await aboutRow(bench, subject, id);
    if (row === 'gone') return rejected('row-gone');
    return review(row === 'changed' ? 'row-changed' : null);
  },
  'field-check': async (bench, { subject, id, check }) =>
    (await aboutRow(bench, subject, id)) === 'gone' ? rejected('row-gone') : applied(check),
  lookup: judgeLookup,
  'site-record': (_bench, { visit }) => applied(visit),
  'suspected-fake': async (bench, { certificate }) => {
    const isGone =
      certificate !== null && (await aboutRow(bench, 'certificate', certificate)) === 'gone';
    return isGone ? rejected('row-gone') : review(null);
  },
  'cross-region-request': takeCrossRequest,
  approval: decideCrossRequest,
  feedback: () => applied(),
  'record-pdf': async (bench, told) => {
    await noteRecordCode(bench, told);
    return applied();
  },
  'device-act': () => applied(),
  'saved-item': async (bench, item) => {
    const { runner, keys, device, command } = bench;
    const users = await usersOf(runner, device.office);
    if (!users.some(({ userId }) => userId === command.actor)) return rejected('not-of-office');
    const owner = { office: device.office, userId: command.actor };
    const isTaken = await takeSavedItem(runner, keys, owner, item);
    return isTaken ? applied(item.item) : rejected('saved-full');
  },
  agreement: takeAgreement,
  'audit-checkpoint': takeCheckpoint,
  import: takeImport,
  alert: async ({ runner, device, command, nowMs }, alert) => {
    const { dseq } = command;
    const { id, office } = device;
    await keepAlert(runner, { ...alert, device: id, dseq, office, takenMs: nowMs });
    return applied(`${alert.rule}/${alert.about}/${alert.day}`);
  },
};

function isKnown(kind: string): kind is CommandKind {
  return Object.hasOwn(COMMAND_PAYLOADS, kind);
}

/**
 * Judges what a command says. A kind of a newer device waits for somebody; a content that is not its kind's
 * is refused as `form`. What it does is done in the caller's transaction.
 */
export async function judgeContent(bench: Bench, content: Uint8Array): Promise<Judgement> {
  const { kind } = bench.command;
  if (!isKnown(kind)) return review('kind');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return rejected('form');
  }
  const payload = COMMAND_PAYLOADS[kind].safeParse(value);
  if (!payload.success) return rejected('form');
  // The table guarantees the pairing; indexing by a union loses it.
  return (JUDGES[kind] as Judge<CommandKind>)(bench, payload.data as never);
}
