import { digestBytes } from './cms/algorithms';
import { CmsProblem, type CmsVerdict, verifyCms } from './cms/verify';
import { REVIEW_FILE } from './layout';
import type { Manifest } from './manifest';
import { reviewFault } from './review';
import { attempt } from './verify-parts';
import type { PackageArchive } from './zip/read';

/** A second person's signature that holds, or why there is none. */
export type ReviewJudgement =
  | { readonly state: 'absent' }
  | { readonly state: 'bad'; readonly detail: string }
  | { readonly state: 'good'; readonly signature: CmsVerdict };

/**
 * The second signature of a package: over the same manifest, by another key of another person, in its period at the
 * stated time. Whether one is asked for is the caller's to say.
 */
export async function judgeReview(
  archive: PackageArchive,
  manifest: Manifest,
  manifestBytes: Uint8Array,
  first: CmsVerdict,
): Promise<ReviewJudgement> {
  if (!archive.names.includes(REVIEW_FILE)) return { state: 'absent' };
  const signature = await attempt(async () =>
    verifyCms(await archive.read(REVIEW_FILE), (name) => digestBytes(name, manifestBytes)),
  );
  if (signature instanceof CmsProblem) return { state: 'bad', detail: signature.message };
  const [leaf, other] = [first, signature].map(({ signer }) => signer.certificates[0]);
  const fault =
    leaf === undefined || other === undefined ? 'same-certificate' : reviewFault(leaf, other);
  if (fault !== null) return { state: 'bad', detail: `not a second person: ${fault}` };
  const { notBeforeMs, notAfterMs } = signature.signer.facts;
  const { createdAtMs } = manifest;
  return createdAtMs < notBeforeMs || createdAtMs > notAfterMs
    ? { state: 'bad', detail: 'the second certificate was not valid at the stated time' }
    : { state: 'good', signature };
}
