import {
  type AlertThresholds,
  SHIPPED_THRESHOLDS,
} from '../../../../shared/domain/alerts/thresholds';
import {
  type AlertPolicyStatement,
  AlertPolicyStatementSchema,
  ThresholdsSchema,
} from '../../../../shared/protocol/alert-policy';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../../../shared/protocol/signed-statement';
import type { StoreCaller } from '../../clients/store-client';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';

/** Fact of the journal: the newest policy that was taken, as it was signed, JSON. */
const POLICY_FACT = 'alerts.policy';
/** Fact of the journal: the signature of the policy that was refused last, so that it is told once. */
const REFUSED_FACT = 'alerts.policy-refused';

/** By which thresholds alerts are told, and who says so; `signed` null: the program's own, no policy was signed. */
export interface AlertRules {
  readonly thresholds: AlertThresholds;
  readonly signed: { readonly number: number; readonly setMs: number } | null;
}

interface RulesParts {
  readonly store: Pick<StoreCaller, 'call'>;
  office(): Pick<OfficeFile, 'statements' | 'ca' | 'statementCertificate' | 'office'>;
  note(kind: string, payload: Readonly<Record<string, unknown>>): Promise<unknown>;
}

interface Opened {
  readonly envelope: SignedStatement;
  readonly says: AlertPolicyStatement;
  /** Null: beyond the bounds of the program. */
  readonly thresholds: AlertThresholds | null;
}

/**
 * The thresholds in force. A policy counts when the centre signed it for this office, with every threshold within its bounds; of two
 * the one with the higher number, whether the office's file or the journal has it, so that neither an older stick nor yesterday's
 * file takes a stricter policy back. What is taken and what is refused is in the log.
 */
export async function alertRules(parts: RulesParts): Promise<AlertRules> {
  const { store, office, note } = parts;
  const { statements, ca, statementCertificate, office: own } = office();
  const checks = new StatementChecks(ca, statementCertificate);
  const open = async (envelope: SignedStatement): Promise<Opened | null> => {
    const said = await checks.openTimeless(envelope, AlertPolicyStatementSchema);
    if (!said.ok || said.value.office !== own.code) return null;
    const read = ThresholdsSchema.safeParse(said.value.thresholds);
    return { envelope, says: said.value, thresholds: read.success ? read.data : null };
  };
  const kept = keptOf(await store.call('factGet', { name: POLICY_FACT }));
  let held = kept === null ? null : await open(kept);
  const former = held;
  let refused: { readonly one: Opened; readonly why: 'older' | 'bounds' } | null = null;
  for (const envelope of statements) {
    if (!envelope.payload.includes('"type":"alert-policy"')) continue;
    const one = await open(envelope);
    if (one === null) continue;
    if (one.thresholds === null) refused = { one, why: 'bounds' };
    else if (held !== null && one.says.number < held.says.number) refused = { one, why: 'older' };
    else if (held === null || one.says.number > held.says.number) held = one;
  }
  if (held !== null && held !== former) {
    const { number, setMs } = held.says;
    await note('alert-policy', { policy: number, former: former?.says.number ?? null, setMs });
    await store.call('factSet', { name: POLICY_FACT, value: JSON.stringify(held.envelope) });
  }
  if (refused !== null) await tellRefused(parts, refused.one, refused.why);
  return held?.thresholds == null
    ? { thresholds: SHIPPED_THRESHOLDS, signed: null }
    : {
        thresholds: held.thresholds,
        signed: { number: held.says.number, setMs: held.says.setMs },
      };
}

/** Each once, however often it is met. */
async function tellRefused(
  { store, note }: RulesParts,
  { envelope, says }: Opened,
  why: 'older' | 'bounds',
): Promise<void> {
  if ((await store.call('factGet', { name: REFUSED_FACT })) === envelope.sig) return;
  await note('alert-policy-refused', { policy: says.number, why });
  await store.call('factSet', { name: REFUSED_FACT, value: envelope.sig });
}

/** A fact that cannot be read is none: what the centre sends is taken anew. */
function keptOf(text: string | null): SignedStatement | null {
  try {
    return SignedStatementSchema.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
}
