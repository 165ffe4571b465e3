import { z } from 'zod';
import {
  type ExportPolicy,
  NO_EXPORT_POLICY,
  SAFE_EXPORT_POLICY,
} from '../../../../shared/domain/policy/export-policy';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { ExportPolicySchema } from '../../../../shared/protocol/ticket';
import type { StoreCaller } from '../../clients/store-client';

/** Fact: the newest policy that was seen on this device, with the time at which it was signed. */
const FACT = 'exports.policy';
const KeptSchema = z.strictObject({ issuedMs: z.number().int(), policy: ExportPolicySchema });

/** A policy as the centre signed it. */
export type StatedPolicy = z.infer<typeof KeptSchema>;

/**
 * The policy that holds: the newest that this device ever saw signed. The statements lie in a file that the person owns; one
 * that was taken out of it, put back in an older form or has run out changes nothing, for the sealed journal remembers.
 */
export async function heldPolicy(
  store: Pick<StoreCaller, 'call'>,
  stated: StatedPolicy | null,
  isPractice: boolean,
): Promise<ExportPolicy> {
  const kept = read(await store.call('factGet', { name: FACT }));
  if (stated !== null && (kept === null || kept.issuedMs < stated.issuedMs)) {
    const { issuedMs, policy } = stated;
    // In an emergency nothing can be kept; what is at hand holds all the same.
    await store
      .call('factSet', { name: FACT, value: canonicalJson({ issuedMs, policy }) })
      .catch(() => undefined);
    return policy;
  }
  return kept?.policy ?? stated?.policy ?? (isPractice ? SAFE_EXPORT_POLICY : NO_EXPORT_POLICY);
}

function read(text: string | null): StatedPolicy | null {
  if (text === null || text === '') return null;
  const kept = KeptSchema.safeParse(JSON.parse(text));
  return kept.success ? kept.data : null;
}
