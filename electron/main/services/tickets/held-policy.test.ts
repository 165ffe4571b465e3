import { describe, expect, it } from 'vitest';
import { type ExportWay, SAFE_EXPORT_POLICY } from '../../../../shared/domain/policy/export-policy';
import { ExportPolicySchema } from '../../../../shared/protocol/ticket';
import type { StoreCaller } from '../../clients/store-client';
import { heldPolicy, type StatedPolicy } from './held-policy';

const DAY_MS = 86_400_000;
const NOW_MS = 1_796_000_000_000;
const stated = (ways: readonly ExportWay[], issuedMs: number): StatedPolicy => ({
  issuedMs,
  policy: ExportPolicySchema.parse({ ...SAFE_EXPORT_POLICY, ways }),
});

/** A journal's facts, and the ways of the policy that holds. */
function device(isPractice = false) {
  const facts = new Map<string, string>();
  const store = {
    call: async (name: string, input: { name: string; value?: string }) => {
      if (name === 'factGet') return facts.get(input.name) ?? null;
      facts.set(input.name, input.value ?? '');
      return {};
    },
  } as unknown as Pick<StoreCaller, 'call'>;
  return async (said: StatedPolicy | null, nowMs = NOW_MS) =>
    (await heldPolicy(store, said, { isPractice, nowMs })).ways;
}

describe('the policy of exports that holds', () => {
  // Bug: with the statement gone from the plain file, or an older one put back, a laxer policy lets a whole region out.
  it('is the newest that was ever seen, whatever the file has now', async () => {
    const ways = device();
    expect(await ways(stated(['code'], NOW_MS - DAY_MS))).toEqual(['code']);
    expect(await ways(null)).toEqual(['code']);
    expect(await ways(stated(['code', 'sms'], NOW_MS - 2 * DAY_MS))).toEqual(['code']);
    expect(await ways(stated(['approval'], NOW_MS))).toEqual(['approval']);
    expect(await ways(null)).toEqual(['approval']);
  });

  // Bug: a device whose file was shortened before its first session exports by the built-in policy.
  it('lets nothing out where none was ever seen, but in practice', async () => {
    expect(await device()(null)).toEqual([]);
    expect(await device(true)(null)).toEqual(['code', 'sms', 'approval']);
  });

  // Bug: a centre whose clock was wrong for an hour binds its offices to that hour's policy for years.
  it('is not one of the time to come where another is at hand', async () => {
    const ways = device();
    const later = NOW_MS + 400 * DAY_MS;
    expect(await ways(stated(['sms'], later), later)).toEqual(['sms']);
    expect(await ways(stated(['code'], NOW_MS))).toEqual(['code']);
    expect(await ways(null)).toEqual(['code']);
  });
});
