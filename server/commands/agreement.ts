import type { CommandPayload } from '../../shared/protocol/commands';
import { keepAgreement, noteSigner } from '../store/signers';
import type { Bench } from './bench';
import { type Judgement, withoutSigner } from './judgement';
import { heldIntent } from './signed-intent';

/** Takes a signed user agreement; the certificate counts as the person's from then on. */
export async function takeAgreement(
  bench: Bench,
  { signed }: CommandPayload<'agreement'>,
): Promise<Judgement> {
  const held = await heldIntent(bench, 'agreement', signed);
  if (!held.ok) return withoutSigner(held.fault);
  const { intent, signer } = held;
  await noteSigner(bench.runner, signer, bench.nowMs);
  // From another device of the office, or told twice: the first signature counts.
  await keepAgreement(bench.runner, signer, { ...intent, signed }, bench.nowMs);
  return { verdict: 'applied', reason: null, subject: `${intent.userId}/${intent.version}` };
}
