import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { AlertPolicyStatementSchema } from '../../../../shared/protocol/alert-policy';
import {
  ControlAnswerSchema,
  type ControlReceipt,
  ControlReceiptsAnswerSchema,
  MAX_CONTROL_BYTES,
} from '../../../../shared/protocol/control';
import { PATHS } from '../../../../shared/protocol/endpoints';
import { RegionKeysStatementSchema } from '../../../../shared/protocol/region-keys';
import {
  type DirectiveRefusal,
  type DirectiveStatement,
  DirectiveStatementSchema,
  LeaseStatementSchema,
  OfficeStatementSchema,
  RoleStatementSchema,
  type SignedStatement,
  TimeStatementSchema,
} from '../../../../shared/protocol/signed-statement';
import {
  ExportDecisionSchema,
  ExportPolicyStatementSchema,
  SealedTicketSchema,
} from '../../../../shared/protocol/ticket';
import type { Line } from '../sync/line';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';

/** What one contact brought, all of it verified. */
export interface ControlNews {
  /** The server's clock when it answered our nonce. */
  readonly serverMs: number;
  /** Role, lease and office statements; empty where the server gives none any more. */
  readonly statements: readonly SignedStatement[];
  /** Of this device and office, by number. */
  readonly directives: readonly DirectiveStatement[];
  /** What came as an order and is none to this device. */
  readonly refused: readonly RefusedEnvelope[];
}

/** An envelope that is not carried out, and why. */
export interface RefusedEnvelope {
  readonly envelope: unknown;
  readonly kind: DirectiveStatement['kind'] | null;
  readonly reason: DirectiveRefusal;
}

const AboutOfficeSchema = z.discriminatedUnion('type', [
  RoleStatementSchema,
  LeaseStatementSchema,
  OfficeStatementSchema,
  ExportPolicyStatementSchema,
  SealedTicketSchema,
  ExportDecisionSchema,
  AlertPolicyStatementSchema,
  RegionKeysStatementSchema,
]);

/**
 * One contact over the control channel. Statements of another office or device and directives that do not
 * verify are left out; an answer whose time does not verify counts as no answer. Throws codes of the line.
 */
export async function askControl(
  line: Line,
  office: OfficeFile,
  signal: AbortSignal,
): Promise<ControlNews> {
  const nonce = randomBytes(16).toString('hex');
  const path = `${PATHS.control}?nonce=${nonce}`;
  const answer = ControlAnswerSchema.safeParse(
    await line.json({ path, signal, priority: 'directive' }, MAX_CONTROL_BYTES),
  );
  if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'control answer');
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const time = await checks.openTimeless(answer.data.time, TimeStatementSchema);
  if (!time.ok || time.value.nonce !== nonce || time.value.device !== office.deviceId)
    throw new AppError('SYNC_SIGNATURE_BAD', {}, 'time statement');
  const orders = await ownDirectives(checks, office, answer.data.directives);
  const statements: SignedStatement[] = [];
  for (const envelope of answer.data.statements) {
    const opened = await checks.openTimeless(envelope, AboutOfficeSchema);
    const isOurs =
      opened.ok &&
      opened.value.office === office.office.code &&
      (!('device' in opened.value) || opened.value.device === office.deviceId);
    if (isOurs) statements.push(envelope);
  }
  return { serverMs: time.value.atMs, statements, ...orders };
}

/** Those of some envelopes that are signed orders to this device, by number, and the others. */
export async function ownDirectives(
  checks: StatementChecks,
  office: OfficeFile,
  envelopes: readonly unknown[],
): Promise<Pick<ControlNews, 'directives' | 'refused'>> {
  const directives: DirectiveStatement[] = [];
  const refused: RefusedEnvelope[] = [];
  for (const envelope of envelopes) {
    const opened = await checks.openTimeless(envelope, DirectiveStatementSchema);
    const isOurs =
      opened.ok &&
      opened.value.device === office.deviceId &&
      opened.value.office === office.office.code;
    if (isOurs) directives.push(opened.value);
    else if (opened.ok) refused.push({ envelope, kind: opened.value.kind, reason: 'other-device' });
    // An order of a newer program is signed and not understood: it waits for this one to be renewed.
    else if (opened.error !== 'payload-bad')
      refused.push({ envelope, kind: null, reason: 'signature' });
  }
  return { directives: directives.sort((a, b) => a.seq - b.seq), refused };
}

/** Hands receipts in; true when the server keeps all of them. Throws codes of the line. */
export async function postReceipts(
  line: Line,
  receipts: readonly ControlReceipt[],
  signal: AbortSignal,
): Promise<boolean> {
  const body = { receipts };
  const answer = ControlReceiptsAnswerSchema.safeParse(
    await line.json(
      {
        ...{ method: 'POST', isRepeatable: true, path: PATHS.controlReceipts },
        ...{ body, signal, priority: 'directive' },
      },
      4_096,
    ),
  );
  if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'receipts answer');
  return answer.data.kept === receipts.length;
}
