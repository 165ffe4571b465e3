import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import {
  type ExportDecision,
  ExportDecisionSchema,
  ExportPolicyStatementSchema,
  type SealedTicket,
  SealedTicketSchema,
} from '../../../../shared/protocol/ticket';
import type { StoreCaller } from '../../clients/store-client';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';
import { heldPolicy, type StatedPolicy } from './held-policy';

/** What the server says about the exports of one person on this device, as far as it is signed and in force. */
export interface OfficeExports {
  readonly policy: ExportPolicy;
  /** Under codes, the next to expire first. */
  readonly tickets: readonly SealedTicket[];
  readonly decisions: readonly ExportDecision[];
}

const TYPE = /"type":"(export-policy|sealed-ticket|export-decision)"/;

/** Forged, expired and others' statements count as absent; of policies the newest holds that was ever seen here. */
export async function officeExports(
  store: Pick<StoreCaller, 'call'>,
  office: Pick<
    OfficeFile,
    'statements' | 'ca' | 'statementCertificate' | 'office' | 'deviceId' | 'isPractice'
  >,
  userId: string,
  nowMs: number,
): Promise<OfficeExports> {
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const tickets: SealedTicket[] = [];
  const decisions: ExportDecision[] = [];
  let stated: StatedPolicy | null = null;
  const isOwn = (one: SealedTicket | ExportDecision) =>
    one.office === office.office.code && one.device === office.deviceId && one.userId === userId;
  for (const envelope of office.statements) {
    const type = TYPE.exec(envelope.payload)?.[1];
    if (type === 'export-policy') {
      const said = await checks.open(envelope, ExportPolicyStatementSchema, nowMs);
      if (!said.ok || said.value.office !== office.office.code) continue;
      const { issuedMs, policy } = said.value;
      if (stated === null || stated.issuedMs <= issuedMs) stated = { issuedMs, policy };
    } else if (type === 'sealed-ticket') {
      const said = await checks.open(envelope, SealedTicketSchema, nowMs);
      if (said.ok && isOwn(said.value)) tickets.push(said.value);
    } else if (type === 'export-decision') {
      const said = await checks.open(envelope, ExportDecisionSchema, nowMs);
      if (said.ok && isOwn(said.value)) decisions.push(said.value);
    }
  }
  tickets.sort((a, b) => a.expiresMs - b.expiresMs || (a.id < b.id ? -1 : 1));
  const policy = await heldPolicy(store, stated, { isPractice: office.isPractice, nowMs });
  return { policy, tickets, decisions };
}
