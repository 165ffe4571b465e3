import { createHash } from 'node:crypto';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import { alertPolicyStatement } from '../control/alert-policy-desk';
import { allotmentOf } from '../statistics/allot';
import {
  allotmentTag,
  type StatisticsSource,
  statisticsStatement,
} from '../statistics/statistics-statement';
import { newestAlertPolicy } from '../store/alert-policies';
import { exportReceiptsFor } from '../store/export-receipts';
import { decisionsFor } from '../store/export-requests';
import { type Office, usersOf } from '../store/offices';
import { epochsInForce } from '../store/region-keys';
import { openTickets } from '../store/tickets';
import { MAX_OPEN_TICKETS, policyOf, policyStatement, policyTag } from '../tickets/policy';
import { type KeySource, regionKeysStatement } from './region-keys-statement';
import { officeStatements, statementsTag } from './statements';

/** How long a decision on an export goes on to be told: as long as its statement is valid (tickets/requests.ts). */
const DECISION_MS = 30 * 86_400_000;
const MAX_DECISIONS = 40;
/** How long the countersignature of a package goes on to be told. */
const RECEIPT_MS = 30 * 86_400_000;
const MAX_RECEIPTS = 40;

/** What the statements of a device are made from. */
export type StatementSource = KeySource & StatisticsSource;

/** What a device is told, before it is signed. */
export interface ToldDevice {
  /** Names what the statements would say, but for their dates. */
  readonly tag: string;
  /** Office, lease, roles, export policy, policy of alerts, keys of the region, share of statistics, tickets, decisions, countersignatures. */
  readonly sign: () => Promise<SignedStatement[]>;
}

/** Signed before, for this device: its tickets under codes, what was decided on its requests, countersignatures. */
async function keptStatements(
  { client, nowMs }: StatementSource,
  device: string,
): Promise<readonly SignedStatement[]> {
  const atMs = nowMs();
  const tickets = await openTickets(client, device, atMs, MAX_OPEN_TICKETS);
  const decisions = await decisionsFor(client, device, atMs - DECISION_MS, MAX_DECISIONS);
  const receipts = await exportReceiptsFor(client, device, atMs - RECEIPT_MS, MAX_RECEIPTS);
  const texts = [
    ...receipts,
    ...tickets.map(({ sealed }) => sealed),
    ...decisions.map(({ decision }) => decision),
  ];
  return texts.flatMap((text) =>
    text === null ? [] : [SignedStatementSchema.parse(JSON.parse(text))],
  );
}

/** Everything that the server says to one device of an office, read once: its tag and its statements say the same. */
export async function toldDevice(
  source: StatementSource,
  office: Office,
  device: string,
): Promise<ToldDevice> {
  const { client, statements, nowMs } = source;
  const users = await usersOf(client, office.code);
  const policy = await policyOf(client, office.code);
  const alerts = await newestAlertPolicy(client, office.code);
  const kept = await keptStatements(source, device);
  const atMs = nowMs();
  const tag = statementsTag(office, users, device, atMs);
  const epochs = await epochsInForce(client, office.slice);
  // A region that never changed its keys says nothing of them: the device has them since it enrolled.
  const hasChanged = (epochs.at(-1) ?? 1) > 1;
  const keys = hasChanged ? [`keys ${epochs.join(' ')}`] : [];
  const rules = alerts === null ? [] : [`alerts ${alerts.number}`];
  const allotment = await allotmentOf(source, office.code, device);
  const said = [
    tag,
    policyTag(policy),
    ...rules,
    ...keys,
    allotmentTag(allotment),
    ...kept.map(({ sig }) => sig),
  ];
  return {
    tag: createHash('sha256').update(said.join('\n'), 'utf8').digest('base64url').slice(0, 22),
    sign: async () => [
      ...(await officeStatements(statements, office, users, device, atMs)),
      await statements.sign(policyStatement(office.code, policy, atMs)),
      ...(alerts === null
        ? []
        : [await statements.sign(alertPolicyStatement(office.code, alerts, atMs))]),
      ...(hasChanged ? [await regionKeysStatement(source, office, device)] : []),
      await statisticsStatement(source, office.code, device, allotment),
      ...kept,
    ],
  };
}

/** The statements alone. */
export async function deviceStatements(
  source: StatementSource,
  office: Office,
  device: string,
): Promise<SignedStatement[]> {
  return (await toldDevice(source, office, device)).sign();
}
