import { z } from 'zod';
import type { AgreementGate } from '../../../../shared/domain/policy/export-policy';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Settings } from '../../../../shared/ipc/routes/app';
import { SignedIntentSchema } from '../../../../shared/protocol/intents';
import { readCertificate } from '../../../device/certificate';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import { officeExports } from '../tickets/office-exports';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import { type Agreement, agreementDigest } from './agreement-text';

export interface AgreementParts {
  readonly agreement: Agreement;
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly signing: Pick<SigningService, 'sign'>;
  /** Highest time seen. */
  readonly nowMs: NowMs;
  office(): OfficeFile;
}

/** Fact of the journal: a person's signature under one version. */
const factName = (userId: string, version: string) => `agreement.${version}.${userId}`;
const KeptSchema = z.strictObject({
  atMs: z.number().int().positive(),
  signed: SignedIntentSchema,
});
type Kept = z.infer<typeof KeptSchema>;

/**
 * The user agreement: signed once a person and version with the U-Key. The signature is in the journal, in the log and in
 * a command to the centre, all at once. What is refused before it, the office's signed policy says.
 */
export class AgreementService {
  constructor(private readonly parts: AgreementParts) {}

  async state(locale: Settings['locale']): Promise<RouteOutput<'agreement.state'>> {
    const { agreement, sessions } = this.parts;
    const { view, keys } = sessions.demand();
    const kept = await this.kept(view.userId);
    const { title, sections } = agreement.texts[locale];
    return {
      version: agreement.version,
      title,
      sections: sections.map((section) => ({ ...section })),
      signed: kept === null ? null : { atMs: kept.atMs, by: subjectOf(kept) },
      before: [...(await this.gates(view.userId))],
      maySign: keys.has('deviceSign'),
    };
  }

  /** Has the version in force signed. Throws BUSY, CANCELLED, a token's codes, and codes of the outbox. */
  async sign(locale: Settings['locale']): Promise<void> {
    const { agreement, sessions, signing, outbox, nowMs } = this.parts;
    const session = sessions.demand();
    if (!session.keys.has('deviceSign')) throw new AppError('FORBIDDEN');
    const { userId } = session.view;
    const { version } = agreement;
    if ((await this.kept(userId)) !== null) throw new AppError('AGREEMENT_SIGNED', { version });
    const atMs = nowMs();
    const signed = await signing.sign({
      type: 'agreement-intent',
      ...signerOf(session, atMs),
      version,
      locale,
      textSha256: agreementDigest(agreement, locale),
    });
    const kept: Kept = { atMs, signed };
    const fact = { name: factName(userId, version), value: JSON.stringify(kept) };
    const payload = { version, locale, signer: subjectOf(kept) };
    await outbox.tell(
      'agreement',
      { signed },
      { fact, audit: { kind: 'agreement-signed', actor: userId, payload } },
    );
  }

  /** Throws AGREEMENT_NEEDED for an act that the policy refuses before the agreement in force is signed. */
  async demand(act: AgreementGate): Promise<void> {
    const { userId } = this.parts.sessions.demand().view;
    if (!(await this.gates(userId)).includes(act)) return;
    if ((await this.kept(userId)) === null)
      throw new AppError('AGREEMENT_NEEDED', { version: this.parts.agreement.version });
  }

  private async gates(userId: string): Promise<readonly AgreementGate[]> {
    const { store, office, nowMs } = this.parts;
    const { policy } = await officeExports(store, office(), userId, nowMs());
    return policy.agreementBefore ?? [];
  }

  private async kept(userId: string): Promise<Kept | null> {
    const name = factName(userId, this.parts.agreement.version);
    const text = await this.parts.store.call('factGet', { name });
    return text === null || text === '' ? null : KeptSchema.parse(JSON.parse(text));
  }
}

function subjectOf({ signed }: Kept): string {
  const [own = ''] = signed.certificates;
  return readCertificate(Buffer.from(own, 'base64')).subject.slice(0, 500);
}
