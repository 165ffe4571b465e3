import type { ErrorCode } from '../../../../shared/errors/app-error';
import { reviewFault } from '../../../jobs/package/review';
import { outcomeOf } from '../signing/sign-intent';
import { type SigningChoice, tokenError } from '../tokens/tokens';
import { beginJob } from './run-job';
import { again, ended, refusalOf } from './run-outcomes';
import type { Confirmed, Phase, Prepared, RunEnd, RunParts, ToSign } from './run-parts';

/**
 * One export: files are made for a certificate, wait for the person, are signed twice at one PIN
 * entry, verified and published. The report names its signer, so another choice makes the files anew.
 */
export class ExportRun {
  private prepared: Prepared | null = null;
  /** The first person's signature over the manifest, while the second one's is waited for. */
  private first: { readonly signature: Uint8Array } | null = null;
  /** Who signed second. */
  private second: SigningChoice | null = null;
  private isCancelled = false;
  private attempt = 0;

  constructor(private readonly parts: RunParts) {}

  /** Who signed first, while the second person is waited for. */
  get signedBy(): string | null {
    return this.first === null ? null : (this.prepared?.choice.shown.holder ?? null);
  }

  /** Makes the files for a certificate; resolves when they wait for the signature. */
  async prepare(choice: SigningChoice): Promise<ToSign | RunEnd> {
    this.prepared?.handle.cancel();
    await this.prepared?.next;
    if (this.isCancelled) return { outcome: 'cancelled' };
    this.attempt += 1;
    this.prepared = beginJob({
      parts: this.parts,
      choice,
      attempt: this.attempt,
      second: () => this.second,
      tell: (...told) => this.tell(...told),
    });
    const next = await this.prepared.next;
    if ('digest' in next) this.tell('awaiting-signature', this.parts.total, null);
    return next;
  }

  /**
   * Signs with the chosen key. A wrong PIN or a missing token leaves the run as it was, to be tried
   * again; `ended` carries the end of the run otherwise. The caller zeroes the PIN.
   */
  async confirm(choice: SigningChoice, pin: Uint8Array): Promise<Confirmed> {
    if (this.prepared?.end) return ended(this.prepared.end);
    if (this.first !== null) return this.confirmReview(choice, pin, this.first.signature);
    const { tokenId, keyRef } = choice.shown;
    const current = this.prepared?.choice.shown;
    const isSame = current?.tokenId === tokenId && current.keyRef === keyRef;
    const first = isSame ? await this.prepared?.next : await this.prepare(choice);
    if (first === undefined || !('digest' in first))
      return ended(first ?? { outcome: 'cancelled' });
    return this.withToken(choice, pin, async (signingId) => {
      const end = await this.signAll(first, signingId);
      return end === 'review' ? again({ outcome: 'review' }) : ended(end);
    });
  }

  /** The second person: another one than the first, over the same manifest. */
  private async confirmReview(
    choice: SigningChoice,
    pin: Uint8Array,
    signature: Uint8Array,
  ): Promise<Confirmed> {
    const { prepared } = this;
    if (prepared === null) return ended({ outcome: 'cancelled' });
    const [leaf] = prepared.choice.chain;
    const [other] = choice.chain;
    if (leaf === undefined || other === undefined || reviewFault(leaf, other) !== null)
      return again({ outcome: 'same-person' });
    return this.withToken(choice, pin, async (signingId) => {
      const refused = await refusalOf(() => this.parts.demandFactor());
      if (refused !== null) return ended(await this.abandon(prepared, refused));
      // It may have been cancelled while the token was opened: nobody would answer the question then.
      if (prepared.end !== null) return ended(prepared.end);
      const asked = this.following(prepared);
      prepared.handle.review(choice.chain);
      const step = await asked;
      if (!('digest' in step)) return ended(step);
      const { digest } = step;
      const signed = await this.parts.device.call('signNext', {
        signingId,
        digest: digest as Uint8Array<ArrayBuffer>,
      });
      // The first person's signature stays: the second one tries again, or another person does.
      if (!signed.ok) return again(outcomeOf(signed.failure));
      const spent = await refusalOf(() => this.parts.useFactor());
      if (spent !== null) return ended(await this.abandon(prepared, spent));
      if (prepared.end !== null) return ended(prepared.end);
      this.second = choice;
      const last = this.following(prepared);
      prepared.handle.signed(signature, signed.value);
      const end = await last;
      return ended('digest' in end ? { outcome: 'cancelled' } : end);
    });
  }

  /** One PIN entry: the token is opened for `work` and closed after it. */
  private async withToken(
    choice: SigningChoice,
    pin: Uint8Array,
    work: (signingId: string) => Promise<Confirmed>,
  ): Promise<Confirmed> {
    const { device } = this.parts;
    const { tokenId, keyRef } = choice.shown;
    const begun = await device.call('beginSigning', { tokenId, keyRef, pin: pin.slice() });
    if (!begun.ok) return again(outcomeOf(begun.failure));
    this.tell('signing', 0, null);
    const { signingId } = begun.value;
    try {
      return await work(signingId);
    } finally {
      await device.call('endSigning', { signingId }).catch(() => undefined);
    }
  }

  /** What comes next of the job, from now on. */
  private following(prepared: Prepared): Promise<ToSign | RunEnd> {
    const { end } = prepared;
    prepared.next =
      end !== null
        ? Promise.resolve(end)
        : new Promise((resolve) => {
            prepared.following.resolve = resolve;
          });
    return prepared.next;
  }

  /** Ends the run; nothing is left. */
  cancel(): void {
    this.isCancelled = true;
    this.prepared?.handle.cancel();
  }

  /** How the job itself ended, which may have been quicker than a cancel; null where none was begun. */
  async lastWord(): Promise<RunEnd | null> {
    return (await this.prepared?.over) ?? null;
  }

  private async signAll(first: ToSign, signingId: string): Promise<RunEnd | 'review'> {
    const { prepared } = this;
    if (prepared === null) return { outcome: 'cancelled' };
    for (let step: ToSign | RunEnd = first; ; step = await prepared.next) {
      if (!('digest' in step)) return step;
      const { digest } = step;
      if (step.step === 'manifest') {
        const refused = await refusalOf(() => this.parts.demandFactor());
        if (refused !== null) return this.abandon(prepared, refused);
      }
      const signed = await this.parts.device.call('signNext', {
        signingId,
        digest: digest as Uint8Array<ArrayBuffer>,
      });
      if (!signed.ok) {
        // Half-signed files are worth nothing: all of it is thrown away, the person starts again.
        return this.abandon(prepared, tokenError(signed.failure).code);
      }
      if (step.step === 'manifest' && this.parts.needsReview) {
        if (prepared.end !== null) return prepared.end;
        this.first = { signature: signed.value };
        this.tell('awaiting-signature', this.parts.total, null);
        return 'review';
      }
      if (step.step === 'manifest') {
        const refused = await refusalOf(() => this.parts.useFactor());
        if (refused !== null) return this.abandon(prepared, refused);
      }
      if (prepared.end !== null) return prepared.end;
      void this.following(prepared);
      prepared.handle.signed(signed.value);
      if (step.step === 'manifest')
        await this.parts.signLog({ signingId, chain: prepared.choice.chain });
    }
  }

  private async abandon(prepared: Prepared, code: ErrorCode): Promise<RunEnd> {
    prepared.handle.cancel();
    await this.drain(prepared);
    return { outcome: 'failed', code };
  }

  private async drain(prepared: Prepared): Promise<void> {
    if (prepared.end !== null) return;
    await this.following(prepared);
  }

  private tell(phase: Phase, done: number, total: number | null): void {
    const { jobId, meta } = this.parts;
    this.parts.onProgress({
      jobId,
      traceId: meta.traceId,
      phase,
      done,
      total: total ?? this.parts.total,
      error: null,
    });
  }
}
