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

/** As statements of the centre may be ahead of this device. */
const SKEW_MS = 10 * 60_000;

/** A policy as the centre signed it. */
export type StatedPolicy = z.infer<typeof KeptSchema>;

/**
 * The policy that holds: the newest that this device ever saw signed. The statements lie in a file that the person owns; one
 * that was taken out of it, put back in an older form or has run out changes nothing, for the sealed journal remembers.
 */
export async function heldPolicy(
  store: Pick<StoreCaller, 'call'>,
  stated: StatedPolicy | null,
  { isPractice, nowMs }: { readonly isPractice: boolean; readonly nowMs: number },
): Promise<ExportPolicy> {
  const kept = read(await store.call('factGet', { name: FACT }));
  // What seems to be signed in the time to come is of a centre whose clock was wrong for a while, and binds nobody for good.
  const isNewest = kept === null || kept.issuedMs > nowMs + SKEW_MS;
  if (stated !== null && (isNewest || kept.issuedMs < stated.issuedMs)) {
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
