import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { concealedText } from '../../shared/protocol/acts/listed';
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
import { keyHashOf } from '../commands/signed-intent';
import type { KeyProvider } from '../keys/key-provider';
import { forgetTold, takenSecond } from '../store/act-answers';
import { holdTexts, keepTexts, plainPhoneActs } from '../store/act-texts';
import {
  type Admin,
  addAct,
  agreeAct,
  endAct,
  holdAct,
  holdAdmins,
  type KeptAct,
  listActs,
  listAdmins,
} from '../store/admins';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { ActRefused } from './act-refused';
import { ActSeal } from './act-seal';
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
import { addPerson, doOwnAct, isOwnAct, type OwnAct } from './own-acts';
import type { Performed } from './perform-act';
import { ActUnderWay, isSameRequest, isSameSecond, openTold, sealTold } from './told-again';
import { Agreed, RULE_FROM } from './two-persons-rule';

const DAY_MS = 86_400_000;
const VALID_MS = 7 * DAY_MS;
const LISTED = 200;
const NO_TEXT = '{}';

interface ActParts {
  readonly client: SqlClient;
  /** SHA-256 of the authority's public key, hex. */
  readonly centre: string;
  readonly nowMs: () => number;
  /** Seals what an act told, for the minutes in which it may be asked for again. */
  readonly keys: Pick<KeyProvider, 'wrap' | 'unwrap'>;
  /** Does what was agreed. */
  perform(act: Exclude<AdminAct, OwnAct>, agreed: Agreed): Promise<Performed>;
}

/** An act that was countersigned; `told` is for who is there, and kept sealed for some minutes alone. */
interface EndedAct extends KeptAct {
  readonly told?: string;
}

/**
 * Administrative acts by two persons. Whoever asks signs the act's text; another registered person signs the same text as the
 * second; both signatures are checked over what is kept, and the act is done once. A signature that comes again, because its answer was
 * lost on the way, is answered again, and nothing is done anew.
 */
export class ActDesk {
  /** What this process is doing. */
  private readonly doing = new Map<string, Promise<void>>();
  private readonly seal: ActSeal;

  constructor(private readonly parts: ActParts) {
    this.seal = new ActSeal(parts.keys);
  }

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
      await addPerson(runner, add, this.parts.nowMs());
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

  /**
   * Acts, the newest first. Of one that is over a number by which somebody is reached is masked, in the text and by leaving out what the
   * window showed of it: nobody has to compare it any more.
   */
  async list(): Promise<readonly KeptAct[]> {
    const kept = await listActs(this.parts.client, LISTED);
    const now = this.parts.nowMs();
    return kept.map((one) => {
      const plain = this.plainOrNone(one);
      const isOver = plain.state !== 'open' || (readDraft(plain.text)?.expiresMs ?? 0) <= now;
      const text = isOver ? concealedText(plain.text) : plain.text;
      return text === plain.text ? plain : { ...plain, text, requestIntent: null };
    });
  }

  /** Seals what was kept in plain before acts rested sealed. */
  async sealFormer(): Promise<void> {
    const { client } = this.parts;
    for (const id of await plainPhoneActs(client))
      await client.transaction(async (runner) => {
        const texts = await holdTexts(runner, id);
        if (texts !== undefined) await keepTexts(runner, id, this.seal.all(id, texts));
      });
  }

  /** What acts told is kept no longer than it may be asked for again. */
  forget(): Promise<void> {
    return forgetTold(this.parts.client, this.parts.nowMs());
  }

  /** The first signature. Throws ActRefused for one that does not hold, an act that is over or known by another signature. */
  async request(text: string, signed: Signed): Promise<AdminDraft> {
    const draft = this.read(text);
    const { client, nowMs } = this.parts;
    await client.transaction(async (runner) => {
      const { person } = await signerOf(runner, text, 'request', signed, draft.act, nowMs());
      const act = { id: draft.id, text, requestedBy: person, requestedMs: nowMs() };
      const { signature: request } = signed;
      const requestIntent = this.seal.seal(draft.id, text, signed.intent ?? null);
      const resting = { ...act, text: this.seal.seal(draft.id, text, text) };
      if (await addAct(runner, { ...resting, request, requestIntent })) return;
      const known = await this.hold(runner, draft.id);
      if (known === undefined || !isSameRequest(known, text, person, signed))
        throw new ActRefused('gone', `act ${draft.id} is known already`);
    });
    return draft;
  }

  /**
   * The second signature, and the act is done. The same signature again is answered with what the act came to, and told for some
   * minutes what it told. Throws ActRefused for the person who asked, by whichever key, a signature that does not hold, and an act that
   * is over, done, or not as it was signed first; ActUnderWay while another process does it. What the act itself runs into is its
   * outcome.
   */
  async countersign(id: string, signed: Signed): Promise<EndedAct> {
    const { client } = this.parts;
    await this.forget();
    const act = await client.transaction(async (runner) => {
      if (await this.isAgain(runner, id, 'countersign', signed)) return null;
      const { kept, draft } = await this.waiting(runner, id);
      const person = await this.second(runner, kept, draft, 'countersign', signed);
      if (person === kept.requestedBy)
        throw new ActRefused('own', 'another person than who asked has to countersign');
      return draft.act;
    });
    if (act !== null) {
      const done = this.doNow(id, act);
      this.doing.set(id, done);
      await done.finally(() => this.doing.delete(id));
    }
    return this.ended(id);
  }

  /**
   * The act is not done: another administrator refuses it, or who asked takes it back. Throws ActRefused as `countersign`.
   */
  async refuse(id: string, signed: Signed): Promise<KeptAct> {
    await this.parts.client.transaction(async (runner) => {
      if (await this.isAgain(runner, id, 'refuse', signed)) return;
      const { kept, draft } = await this.waiting(runner, id);
      await this.second(runner, kept, draft, 'refuse', signed);
      const note = signed.intent === undefined ? '' : (actIntent(signed.intent)?.note ?? '');
      await endAct(runner, id, 'refused', note);
    });
    return this.find(id);
  }

  /** Does an agreed act; what it told is kept sealed with its outcome, in the same write. */
  private async doNow(id: string, act: AdminAct): Promise<void> {
    const { client, keys, nowMs } = this.parts;
    const { state, kept, told } = await this.do(act, new Agreed(id)).then(
      (done) => ({ state: 'done', ...done }) as const,
      (error: unknown) => ({ state: 'failed', kept: wordsOf(error), told: undefined }) as const,
    );
    const sealed = told === undefined ? null : sealTold(keys, id, told, nowMs());
    await endAct(client, id, state, kept, sealed);
  }

  /** What an act came to, with what it told while that is kept. */
  private async ended(id: string): Promise<EndedAct> {
    const { client, keys, nowMs } = this.parts;
    await this.doing.get(id);
    const kept = await this.find(id);
    if (kept.state === 'agreed') throw new ActUnderWay(id);
    const sealed = (await takenSecond(client, id))?.told ?? null;
    const told = openTold(keys, id, sealed, nowMs());
    return told === undefined ? kept : { ...kept, told };
  }

  private async isAgain(
    runner: SqlRunner,
    id: string,
    part: Exclude<AdminPart, 'request'>,
    signed: Signed,
  ): Promise<boolean> {
    const kept = await this.hold(runner, id);
    if (kept === undefined) return false;
    const open = (intent: string | null) => this.seal.open(id, intent);
    return isSameSecond(runner, kept, part, signed, { open, nowMs: this.parts.nowMs() });
  }

  private async find(id: string): Promise<KeptAct> {
    const kept = await this.parts.client.transaction((runner) => this.hold(runner, id));
    if (kept === undefined) throw new ActRefused('gone', `no act ${id}`);
    return kept;
  }

  /** An act as it was signed, held until the transaction ends. */
  private async hold(runner: SqlRunner, id: string): Promise<KeptAct | undefined> {
    const kept = await holdAct(runner, id);
    return kept && this.plain(kept);
  }

  /** Throws ActRefused for one whose sealed text was altered, or is another act's. */
  private plain(kept: KeptAct): KeptAct {
    try {
      const [text, requestIntent] = [kept.text, kept.requestIntent].map((one) =>
        this.seal.open(kept.id, one),
      );
      return { ...kept, text: text ?? '', requestIntent: requestIntent ?? null };
    } catch {
      throw new ActRefused('altered', `act ${kept.id} is not what was signed`);
    }
  }

  /** For a list: one that was altered is told as no act, and hides none of the others. */
  private plainOrNone(kept: KeptAct): KeptAct {
    try {
      return this.plain(kept);
    } catch {
      return { ...kept, text: NO_TEXT };
    }
  }

  /** An act that waits for a second person, held, and held against its first signature again: its row may have been changed since. */
  private async waiting(
    runner: SqlRunner,
    id: string,
  ): Promise<{ readonly kept: KeptAct; readonly draft: AdminDraft }> {
    const kept = await this.hold(runner, id);
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
    const { signature } = signed;
    const intent = this.seal.seal(id, text, signed.intent ?? null);
    await agreeAct(runner, id, { person, signature, intent, atMs });
    return person;
  }

  private do(act: AdminAct, agreed: Agreed): Promise<Performed> {
    const { client, nowMs } = this.parts;
    return isOwnAct(act) ? doOwnAct(client, act, nowMs()) : this.parts.perform(act, agreed);
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
