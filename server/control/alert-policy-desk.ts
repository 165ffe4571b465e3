import { SHIPPED_THRESHOLDS } from '../../shared/domain/alerts/thresholds';
import {
  type AlertPolicyStatement,
  AlertPolicyStatementSchema,
  ThresholdsSchema,
} from '../../shared/protocol/alert-policy';
import {
  addAlertPolicy,
  holdAlertPolicy,
  type KeptAlertPolicy,
  newestAlertPolicy,
} from '../store/alert-policies';
import { findOffice } from '../store/offices';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { type Agreed, demandTwo } from './two-persons-rule';

interface AlertPolicyParts {
  readonly client: SqlClient;
  readonly nowMs: () => number;
}

/** Thresholds of alerts by office: numbered, so that no device goes back to a former policy. All throw RangeError. */
export class AlertPolicyDesk {
  constructor(private readonly parts: AlertPolicyParts) {}

  /** The policy in force; null: the shipped thresholds. */
  async of(office: string): Promise<KeptAlertPolicy | null> {
    await needOffice(this.parts.client, office);
    return newestAlertPolicy(this.parts.client, office);
  }

  /** Sets thresholds from parsed JSON; those that it does not name stay as they are. */
  async set(
    office: string,
    value: unknown,
    agreed: Agreed | null = null,
  ): Promise<KeptAlertPolicy> {
    const { client, nowMs } = this.parts;
    await demandTwo(client, 'the policy of alerts', agreed);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new RangeError('alert policy: an object of thresholds is wanted');
    return client.transaction(async (runner) => {
      await needOffice(runner, office);
      const former = await holdAlertPolicy(runner, office);
      const wanted = { ...(former?.thresholds ?? SHIPPED_THRESHOLDS), ...value };
      const read = ThresholdsSchema.safeParse(wanted);
      if (!read.success) {
        const issue = read.error.issues[0];
        throw new RangeError(`alert policy: ${[...(issue?.path ?? []), issue?.message].join(' ')}`);
      }
      const [number, thresholds] = [(former?.number ?? 0) + 1, read.data];
      const kept = { number, setMs: nowMs(), thresholds };
      await addAlertPolicy(runner, office, kept);
      return kept;
    });
  }
}

/** Payload of the statement that brings a policy to the office's devices. */
export function alertPolicyStatement(
  office: string,
  { number, setMs, thresholds }: KeptAlertPolicy,
  nowMs: number,
): AlertPolicyStatement {
  return AlertPolicyStatementSchema.parse({
    ...{ type: 'alert-policy', office, number, setMs, thresholds, issuedMs: nowMs },
  });
}

async function needOffice(runner: SqlRunner, office: string): Promise<void> {
  if ((await findOffice(runner, office)) === undefined) throw new RangeError(`no office ${office}`);
}
