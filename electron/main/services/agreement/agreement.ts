import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AgreementGate } from '../../../../shared/domain/policy/export-policy';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Settings } from '../../../../shared/ipc/routes/app';
import { ulid } from '../../../../shared/kernel/ids';
import { SignedIntentSchema } from '../../../../shared/protocol/intents';
import { readCertificate } from '../../../device/certificate';
import type { SentCommand } from '../../../store/outbox-protocol';
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

/** Agreements that one person has signed: one a version, and those that were refused. */
const LISTED = 50;

/** Fact of the journal: a person's signature under one version. */
const factName = (userId: string, version: string) => `agreement.${version}.${userId}`;
const KeptSchema = z.strictObject({
  atMs: z.number().int().positive(),
  signed: SignedIntentSchema,
  /** The command that told it; absent in what earlier programs kept. */
  key: z.string().optional(),
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
    const { kept, refused } = await this.standing(view.userId);
    const { title, sections } = agreement.texts[locale];
    return {
      version: agreement.version,
      title,
      sections: sections.map((section) => ({ ...section })),
      signed: kept === null ? null : { atMs: kept.atMs, by: subjectOf(kept) },
      refused,
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
    if ((await this.standing(userId)).kept !== null)
      throw new AppError('AGREEMENT_SIGNED', { version });
    const atMs = nowMs();
    const signed = await signing.sign({
      type: 'agreement-intent',
      ...signerOf(session, atMs),
      version,
      locale,
      textSha256: agreementDigest(agreement, locale),
    });
    const key = ulid(atMs, randomBytes(10));
    const kept: Kept = { atMs, signed, key };
    const fact = { name: factName(userId, version), value: JSON.stringify(kept) };
    const payload = { version, locale, signer: subjectOf(kept) };
    await outbox.tell(
      'agreement',
      { signed },
      { key, fact, audit: { kind: 'agreement-signed', actor: userId, payload } },
    );
  }

  /** Throws AGREEMENT_NEEDED for an act that the policy refuses before the agreement in force is signed. */
  async demand(act: AgreementGate): Promise<void> {
    const { userId } = this.parts.sessions.demand().view;
    if (!(await this.gates(userId)).includes(act)) return;
    if ((await this.standing(userId)).kept === null)
      throw new AppError('AGREEMENT_NEEDED', { version: this.parts.agreement.version });
  }

  private async gates(userId: string): Promise<readonly AgreementGate[]> {
    const { store, office, nowMs } = this.parts;
    const { policy } = await officeExports(store, office(), userId, nowMs());
    return policy.agreementBefore ?? [];
  }

  /**
   * The signature that counts, or why the last one does not: what the centre refused is none from the write on that keeps its verdict,
   * and may be given anew.
   */
  private async standing(
    userId: string,
  ): Promise<{ readonly kept: Kept | null; readonly refused: Refused | null }> {
    const kept = await this.kept(userId);
    if (kept === null) return { kept, refused: null };
    const told = await this.parts.store.call('outboxSent', {
      ...{ kind: 'agreement', actor: userId, limit: LISTED },
    });
    const command = commandOf(kept, told);
    if (command?.verdict !== 'rejected') return { kept, refused: null };
    return { kept: null, refused: { reason: command.reason, atMs: command.judgedMs ?? kept.atMs } };
  }

  private async kept(userId: string): Promise<Kept | null> {
    const name = factName(userId, this.parts.agreement.version);
    const text = await this.parts.store.call('factGet', { name });
    return text === null || text === '' ? null : KeptSchema.parse(JSON.parse(text));
  }
}

interface Refused {
  readonly reason: string | null;
  readonly atMs: number;
}

/** The command that told a signature, of all of its person, newest first: by its key, else the first one from then on. */
export function commandOf(
  { key, atMs }: Pick<Kept, 'key' | 'atMs'>,
  told: readonly SentCommand[],
): SentCommand | undefined {
  return key === undefined
    ? told.filter((one) => one.atMs >= atMs).at(-1)
    : told.find((one) => one.key === key);
}

function subjectOf({ signed }: Kept): string {
  const [own = ''] = signed.certificates;
  return readCertificate(Buffer.from(own, 'base64')).subject.slice(0, 500);
}
