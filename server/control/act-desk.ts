import { createHash, randomBytes, X509Certificate } from 'node:crypto';
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
import { algorithmOf, keyHashOf, verifyIntent } from '../commands/signed-intent';
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
import type { Performed } from './perform-act';
import { Agreed, RULE_FROM } from './two-persons-rule';

const DAY_MS = 86_400_000;
const VALID_MS = 7 * DAY_MS;
const SKEW_MS = 600_000;
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

/** A person's part: their certificate (DER) and their signature over `message`. */
export interface Signed {
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
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

  /** Acts, the newest first. */
  list(): Promise<readonly KeptAct[]> {
    return listActs(this.parts.client, LISTED);
  }

  /** The first signature. Throws RangeError for a signature that does not hold, an act that is over or known. */
  async request(text: string, signed: Signed): Promise<AdminDraft> {
    const draft = this.read(text);
    await this.parts.client.transaction(async (runner) => {
      const { person } = await this.signerOf(runner, text, 'request', signed, draft.act);
      const requestedMs = this.parts.nowMs();
      const { signature: request } = signed;
      if (
        !(await addAct(runner, { id: draft.id, text, requestedBy: person, request, requestedMs }))
      )
        throw new RangeError(`act ${draft.id} is known already`);
    });
    return draft;
  }

  /**
   * The second signature, and the act is done. Throws RangeError for the person who asked, by whichever key, a signature that does
   * not hold, and an act that is over, done, or not as it was signed first. What the act itself runs into is its outcome.
   */
  async countersign(id: string, signed: Signed): Promise<EndedAct> {
    const { client, nowMs } = this.parts;
    const draft = await client.transaction(async (runner) => {
      const kept = await holdAct(runner, id);
      if (kept === undefined) throw new RangeError(`no act ${id}`);
      if (kept.state !== 'open') throw new RangeError(`act ${id} was countersigned: ${kept.state}`);
      const read = this.read(kept.text);
      if (read.id !== id) throw new RangeError(`act ${id} is not what was signed`);
      const first = signers(await listAdmins(runner), read.act).find(
        ({ person, certificate }) =>
          person === kept.requestedBy && holds({ certificate }, kept.text, 'request', kept.request),
      );
      const isThere = (await listAdmins(runner)).some(({ person }) => person === kept.requestedBy);
      if (!isThere) throw new RangeError('who asked is no administrator any more');
      // A row that was changed since is held against the first signature again.
      if (first === undefined) throw new RangeError(`act ${id} is not what was signed`);
      const { person } = await this.signerOf(runner, kept.text, 'countersign', signed, read.act);
      if (person === kept.requestedBy)
        throw new RangeError('another person than who asked has to countersign');
      await agreeAct(runner, id, { person, signature: signed.signature, atMs: nowMs() });
      return read;
    });
    const { act } = draft;
    const outcome = await this.do(act, new Agreed(id)).then(
      (done) => ({ state: 'done', ...done }) as const,
      (error: unknown) => ({ state: 'failed', kept: wordsOf(error), told: undefined }) as const,
    );
    await endAct(client, id, outcome.state, outcome.kept);
    const kept = await client.transaction((runner) => holdAct(runner, id));
    if (kept === undefined) throw new RangeError(`no act ${id}`);
    return outcome.told === undefined ? kept : { ...kept, told: outcome.told };
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
    if (draft === null) throw new RangeError('this is no draft of an act');
    const { centre, nowMs } = this.parts;
    if (draft.centre !== centre) throw new RangeError('the act is for another centre');
    const now = nowMs();
    const isLong = draft.expiresMs - draft.issuedMs > VALID_MS;
    if (draft.expiresMs <= now || draft.issuedMs > now + SKEW_MS || isLong)
      throw new RangeError('the act is over, or not of now: draft it again');
    return draft;
  }

  private async signerOf(
    runner: SqlRunner,
    text: string,
    part: AdminPart,
    { certificate, signature }: Signed,
    act: AdminAct,
  ): Promise<Admin> {
    const hash = sha256(certificate);
    const own = signers(await listAdmins(runner), act).find(
      (one) => sha256(one.certificate) === hash,
    );
    if (own === undefined) throw new RangeError('not the certificate of an administrator');
    if (!holds(own, text, part, signature)) throw new RangeError('the signature does not hold');
    const { validFrom, validTo } = new X509Certificate(certificate);
    const now = this.parts.nowMs();
    // Two whose certificates ended together renew them one after the other: the keys are the registered ones all the same.
    const isOver = Date.parse(validTo) < now && act.kind !== 'admin-renew';
    if (Date.parse(validFrom) - SKEW_MS > now || isOver)
      throw new RangeError('the certificate is not in force');
    return own;
  }
}

/** Who may sign an act, by which certificate: in their own renewal a person also comes with the new one. */
function signers(admins: readonly Admin[], act: AdminAct): readonly Admin[] {
  if (act.kind !== 'admin-renew') return admins;
  const certificate = Uint8Array.from(Buffer.from(act.certificate, 'base64'));
  const spki = keyHashOf(certificate);
  const renewed = admins
    .filter((one) => one.person === act.person && keyHashOf(one.certificate) === spki)
    .map((one) => ({ ...one, certificate }));
  return [...admins, ...renewed];
}

function holds(
  { certificate }: Pick<Admin, 'certificate'>,
  text: string,
  part: AdminPart,
  signature: Uint8Array,
): boolean {
  const alg = algorithmOf(certificate);
  if (alg === null) return false;
  const signed = {
    intent: text,
    alg,
    certificates: [Buffer.from(certificate).toString('base64')],
    sig: Buffer.from(signature).toString('base64'),
  };
  return verifyIntent(signed, (hash) => adminMessage(part, hash, text));
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message.slice(0, 500) : 'failed';
