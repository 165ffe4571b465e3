import { z } from 'zod';
import { HashSchema, type Manifest } from '../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: the manifests that this device saw last, oldest first. */
const FACT = 'sync.manifest-chain';
const MOST = 64;
const LinkSchema = z.strictObject({
  hash: HashSchema,
  previous: HashSchema.nullable(),
  epoch: z.string(),
  issuedMs: z.number().int().nonnegative(),
});
export type ManifestLink = z.infer<typeof LinkSchema>;

export function linkOf({ previous, epoch, issuedMs }: Manifest, hash: string): ManifestLink {
  return { hash, previous, epoch, issuedMs };
}

/**
 * What contradicts the manifests that were seen: each names the one before it, so none has two successors, and one is
 * later than the one it names. Between two visits many may have been published: a manifest whose predecessor was never
 * seen contradicts nothing. A new history of the server begins anew. In words for the log, or undefined.
 */
export function chainFault(
  seen: readonly ManifestLink[],
  { hash, previous, epoch, issuedMs }: ManifestLink,
): string | undefined {
  const own = seen.filter((one) => one.epoch === epoch);
  if (own.some((one) => one.hash === hash)) return undefined;
  const before = own.find((one) => one.hash === previous);
  if (before !== undefined && before.issuedMs >= issuedMs)
    return 'not later than the manifest it follows';
  if (previous !== null && own.some((one) => one.previous === previous))
    return 'a second manifest after the same one';
  if (own.some((one) => one.previous === hash && one.issuedMs <= issuedMs))
    return 'not earlier than the manifest that follows it';
  return undefined;
}

export async function readLinks(store: StoreCaller): Promise<readonly ManifestLink[]> {
  const text = await store.call('factGet', { name: FACT });
  const parsed = z.array(LinkSchema).safeParse(text === null ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
}

/** Remembers a manifest that was taken; the oldest are forgotten. */
export async function rememberLink(store: StoreCaller, link: ManifestLink): Promise<void> {
  const seen = await readLinks(store);
  if (seen.some(({ hash }) => hash === link.hash)) return;
  const value = JSON.stringify([...seen, link].slice(-MOST));
  await store.call('factSet', { name: FACT, value });
}
