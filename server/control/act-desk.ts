import { randomBytes, X509Certificate } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import {
  type AdminAct,
  AdminActSchema,
  type AdminAdd,
  type AdminDraft,
  AdminDraftSchema,
  type AdminPart,
  adminMessage,
  readDraft,
} from '../../shared/protocol/admin-acts';
import { algorithmOf, keyHashOf } from '../commands/signed-intent';
import {
  type Admin,
  addAct,
  addAdmin,
  agreeAct,
  endAct,
  endAdmin,
  holdAct,
  holdAdmins,
  type KeptAct,
  listActs,
  listAdmins,
  renewAdmin,
} from '../store/admins';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { ActRefused } from './act-refused';
import {
  actIntent,
  demandInForce,
  holds,
  type Signed,
  SKEW_MS,
  sha256,
  signerOf,
  signers,
} from './act-signers';
import type { Performed } from './perform-act';
import { Agreed, RULE_FROM } from './two-persons-rule';

const DAY_MS = 86_400_000;
const VALID_MS = 7 * DAY_MS;
const LISTED = 200;

/** Acts about administrators themselves. */
type OwnAct = Extract<AdminAct, { readonly kind: 'admin-add' | 'admin-remove' | 'admin-renew' }>;

interface ActParts {
  readonly client: SqlClient;
  /** SHA-256 of the authority's public key, hex. */
  readonly centre: string;
  readonly nowMs: () => number;
  /** Does what was agreed. */
  perform(act: Exclude<AdminAct, OwnAct>, agreed: Agreed): Promise<Performed>;
}

/** An act that was countersigned; `told` is for who is there and kept nowhere. */
interface EndedAct extends KeptAct {
  readonly told?: string;
}

/**
 * Administrative acts by two persons. Whoever asks signs the act's text; another registered person signs the same text as the
 * second; both signatures are checked over what is kept, and the act is done once.
 */
export class ActDesk {
  constructor(private readonly parts: ActParts) {}

  /** The text of an act to sign. Throws ZodError for what is none. */
  draft(act: unknown): string {
    const issuedMs = this.parts.nowMs();
    const draft = AdminDraftSchema.parse({
      type: 'admin-act',
      id: ulid(issuedMs, randomBytes(10)),
      centre: this.parts.centre,
      act: AdminActSchema.parse(act),
      issuedMs,
      expiresMs: issuedMs + VALID_MS,
    });
    return canonicalJson(draft);
  }

  /** The bytes that a person signs. Throws RangeError for what is no draft of this centre. */
  message(text: string, part: AdminPart, certificate: Uint8Array): Uint8Array {
    this.read(text);
    return adminMessage(part, sha256(certificate), text);
  }

  /**
   * The first two administrators need nobody: there is no one yet who could sign. Throws RangeError once two are there, and for a
   * person, key or subject that is known.
   */
  async found(add: Omit<AdminAdd, 'kind'>): Promise<void> {
    await this.parts.client.transaction(async (runner) => {
      await holdAdmins(runner);
      if ((await listAdmins(runner)).length >= RULE_FROM)
        throw new RangeError('two administrators are there: a further one takes an act of both');
      await this.add(runner, add);
    });
  }

  admins(): Promise<readonly Admin[]> {
    return listAdmins(this.parts.client);
  }

  /** Who holds the key of a certificate, as read: nothing is signed. Throws ActRefused for nobody, and a certificate not in force. */
  async personOf(certificate: Uint8Array): Promise<Admin> {
    const spki = keyHashOf(certificate);
    const own = (await this.admins()).find(
      (one) => spki !== null && keyHashOf(one.certificate) === spki,
    );
    if (own === undefined) throw new ActRefused('admin', 'not the certificate of an administrator');
    demandInForce(certificate, this.parts.nowMs());
    return own;
  }

  /** Acts, the newest first. */
  list(): Promise<readonly KeptAct[]> {
    return listActs(this.parts.client, LISTED);
  }

  /** The first signature. Throws ActRefused for one that does not hold, an act that is over or known. */
  async request(text: string, signed: Signed): Promise<AdminDraft> {
    const draft = this.read(text);
    const { client, nowMs } = this.parts;
    await client.transaction(async (runner) => {
      const { person } = await signerOf(runner, text, 'request', signed, draft.act, nowMs());
      const act = { id: draft.id, text, requestedBy: person, requestedMs: nowMs() };
      const { signature: request, intent: requestIntent = null } = signed;
      if (!(await addAct(runner, { ...act, request, requestIntent })))
        throw new ActRefused('gone', `act ${draft.id} is known already`);
    });
    return draft;
  }

  /**
   * The second signature, and the act is done. Throws ActRefused for the person who asked, by whichever key, a signature that does
   * not hold, and an act that is over, done, or not as it was signed first. What the act itself runs into is its outcome.
   */
  async countersign(id: string, signed: Signed): Promise<EndedAct> {
    const { client } = this.parts;
    const { act } = await client.transaction(async (runner) => {
      const { kept, draft } = await this.waiting(runner, id);
      const person = await this.second(runner, kept, draft, 'countersign', signed);
      if (person === kept.requestedBy)
        throw new ActRefused('own', 'another person than who asked has to countersign');
      return draft;
    });
    const outcome = await this.do(act, new Agreed(id)).then(
      (done) => ({ state: 'done', ...done }) as const,
      (error: unknown) => ({ state: 'failed', kept: wordsOf(error), told: undefined }) as const,
    );
    await endAct(client, id, outcome.state, outcome.kept);
    const kept = await this.find(id);
    return outcome.told === undefined ? kept : { ...kept, told: outcome.told };
  }

  /**
   * The act is not done: another administrator refuses it, or who asked takes it back. Throws ActRefused as `countersign`.
   */
  async refuse(id: string, signed: Signed): Promise<KeptAct> {
    await this.parts.client.transaction(async (runner) => {
      const { kept, draft } = await this.waiting(runner, id);
      await this.second(runner, kept, draft, 'refuse', signed);
      const note = signed.intent === undefined ? '' : (actIntent(signed.intent)?.note ?? '');
      await endAct(runner, id, 'refused', note);
    });
    return this.find(id);
  }

  private async find(id: string): Promise<KeptAct> {
    const kept = await this.parts.client.transaction((runner) => holdAct(runner, id));
    if (kept === undefined) throw new ActRefused('gone', `no act ${id}`);
    return kept;
  }

  /** An act that waits for a second person, held, and held against its first signature again: its row may have been changed since. */
  private async waiting(
    runner: SqlRunner,
    id: string,
  ): Promise<{ readonly kept: KeptAct; readonly draft: AdminDraft }> {
    const kept = await holdAct(runner, id);
    if (kept === undefined) throw new ActRefused('gone', `no act ${id}`);
    if (kept.state !== 'open')
      throw new ActRefused('gone', `act ${id} was countersigned: ${kept.state}`);
    const draft = this.read(kept.text);
    if (draft.id !== id) throw new ActRefused('altered', `act ${id} is not what was signed`);
    const admins = await listAdmins(runner);
    if (!admins.some(({ person }) => person === kept.requestedBy))
      throw new ActRefused('gone', 'who asked is no administrator any more');
    const first = { signature: kept.request, intent: kept.requestIntent ?? undefined };
    const isFirst = signers(admins, draft.act).some(
      ({ person, certificate }) =>
        person === kept.requestedBy && holds({ certificate }, kept.text, 'request', first),
    );
    if (!isFirst) throw new ActRefused('altered', `act ${id} is not what was signed`);
    return { kept, draft };
  }

  /** Writes a second signature down and says whose it is. */
  private async second(
    runner: SqlRunner,
    { id, text }: KeptAct,
    { act }: AdminDraft,
    part: AdminPart,
    signed: Signed,
  ): Promise<string> {
    const atMs = this.parts.nowMs();
    const { person } = await signerOf(runner, text, part, signed, act, atMs);
    const { signature, intent = null } = signed;
    await agreeAct(runner, id, { person, signature, intent, atMs });
    return person;
  }

  private do(act: AdminAct, agreed: Agreed): Promise<Performed> {
    const { client, nowMs } = this.parts;
    if (act.kind === 'admin-add')
      return client.transaction(async (runner) => {
        await holdAdmins(runner);
        await this.add(runner, act);
        return { kept: `${act.person} is an administrator` };
      });
    if (act.kind === 'admin-remove')
      return client.transaction(async (runner) => {
        await holdAdmins(runner);
        if ((await listAdmins(runner)).length <= RULE_FROM)
          throw new RangeError('two administrators have to stay');
        if (!(await endAdmin(runner, act.person, nowMs())))
          throw new RangeError(`no administrator ${act.person}`);
        return { kept: `${act.person} is no administrator any more` };
      });
    if (act.kind === 'admin-renew')
      return client.transaction(async (runner) => {
        await holdAdmins(runner);
        await this.renew(runner, act);
        return { kept: `${act.person} has another certificate of the same key` };
      });
    return this.parts.perform(act, agreed);
  }

  private async renew(
    runner: SqlRunner,
    { person, certificate }: Pick<AdminAdd, 'person' | 'certificate'>,
  ): Promise<void> {
    const der = Uint8Array.from(Buffer.from(certificate, 'base64'));
    const former = (await listAdmins(runner)).find((one) => one.person === person);
    if (former === undefined) throw new RangeError(`no administrator ${person}`);
    const spki = keyHashOf(der);
    if (spki === null || algorithmOf(der) === null) throw new RangeError('no certificate');
    const [before, now] = [new X509Certificate(former.certificate), new X509Certificate(der)];
    if (before.subject !== now.subject || before.issuer !== now.issuer)
      throw new RangeError('the certificate is of another person, or another issued it');
    const atMs = this.parts.nowMs();
    if (Date.parse(now.validFrom) - SKEW_MS > atMs || Date.parse(now.validTo) < atMs)
      throw new RangeError('the new certificate is not in force');
    if (!(await renewAdmin(runner, person, der, spki)))
      throw new RangeError('the certificate is of another key: add the person anew');
  }

  private async add(
    runner: SqlRunner,
    { person, name, certificate }: Omit<AdminAdd, 'kind'>,
  ): Promise<void> {
    const der = Uint8Array.from(Buffer.from(certificate, 'base64'));
    const spki = keyHashOf(der);
    if (spki === null || algorithmOf(der) === null)
      throw new RangeError('no certificate of a key that signs here (P-256, P-384, RSA, SM2)');
    // One person who comes with a second key comes under the same name of the certificate.
    const { subject } = new X509Certificate(der);
    const known = await listAdmins(runner);
    if (known.some((one) => new X509Certificate(one.certificate).subject === subject))
      throw new RangeError('an administrator has a certificate of this subject already');
    if (!(await addAdmin(runner, { person, name, certificate: der }, spki, this.parts.nowMs())))
      throw new RangeError('this person or this key is, or was, an administrator’s already');
  }

  /** A draft of this centre that is not over. */
  private read(text: string): AdminDraft {
    const draft = readDraft(text);
    if (draft === null) throw new ActRefused('invalid', 'this is no draft of an act');
    const { centre, nowMs } = this.parts;
    if (draft.centre !== centre) throw new ActRefused('invalid', 'the act is for another centre');
    const now = nowMs();
    const isLong = draft.expiresMs - draft.issuedMs > VALID_MS;
    if (draft.expiresMs <= now || draft.issuedMs > now + SKEW_MS || isLong)
      throw new ActRefused('gone', 'the act is over, or not of now: draft it again');
    return draft;
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message.slice(0, 500) : 'failed';
