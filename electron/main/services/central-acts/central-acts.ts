import { createHash, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { actFacts, concealed, type FactDigests } from '../../../../shared/protocol/acts/facts';
import { readListed } from '../../../../shared/protocol/acts/listed';
import {
  ACT_ANSWER_BYTES,
  ACT_PATHS,
  ActChallengeSchema,
  ActDraftedSchema,
  type ActFault,
  ActListSchema,
  ActOpenedSchema,
  ActSignedSchema,
  type WireAct,
} from '../../../../shared/protocol/acts/wire';
import {
  type AdminAct,
  type AdminDraft,
  type AdminPart,
  readDraft,
} from '../../../../shared/protocol/admin-acts';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import type { Line } from '../sync/line';
import { withRetries } from '../sync/retries';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type HandedIn, Unanswered } from './unanswered';

const CODES: Readonly<Record<ActFault, ErrorCode>> = {
  session: 'ACTS_SESSION',
  admin: 'ACTS_NOT_ADMIN',
  expired: 'ACTS_EXPIRED',
  own: 'ACTS_OWN',
  signature: 'ACTS_SIGNATURE',
  gone: 'ACTS_GONE',
  altered: 'ACTS_ALTERED',
  invalid: 'ACTS_INVALID',
};

const FAULT_CODES: ReadonlySet<ErrorCode> = new Set(Object.values(CODES));

const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

const DIGESTS: FactDigests = {
  ofBase64: (text) => sha256(Buffer.from(text, 'base64')),
  ofText: (text) => sha256(text),
};

interface Parts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly signing: Pick<SigningService, 'sign'>;
  readonly nowMs: NowMs;
  office(): OfficeFile;
  line(): Line | null;
  chooseTarget(name: string): Promise<string | null>;
}

/** Who is logged in to the centre. The name of the session opens reading alone: every act is signed by itself. */
interface Opened {
  readonly session: string;
  readonly person: string;
  readonly name: string;
  readonly untilMs: number;
}

/**
 * Administrative acts of the centre at a desk: asked for, countersigned or refused by the U-Key of a registered administrator. What a
 * window shows is computed here from the text that is signed; a text that is not of this centre, or another act than was asked for, is
 * shown to nobody for signature. A signature whose answer is lost on the way is handed in again as it is.
 */
export class CentralActs implements SessionListener {
  private opened_: Opened | null = null;
  private told: { readonly name: string; readonly text: string } | null = null;
  private readonly unanswered: Unanswered;
  /** Ends waiting for a better line with the session. */
  private ending = new AbortController();

  constructor(private readonly parts: Parts) {
    this.unanswered = new Unanswered(parts.nowMs);
  }

  opened(): void {
    this.forget();
    this.ending = new AbortController();
  }

  closing(): void {
    this.ending.abort();
    this.forget();
  }

  status(): RouteOutput<'acts.status'> {
    const admin = this.opened_;
    if (admin === null || admin.untilMs <= this.parts.nowMs()) return { admin: null };
    const { person, name, untilMs } = admin;
    return { admin: { person, name, untilMs } };
  }

  /** Logs in to the centre by a U-Key. Throws CANCELLED, codes of the token and the line, ACTS_NOT_ADMIN, ACTS_EXPIRED. */
  async open(): Promise<void> {
    const { sessions, signing, nowMs } = this.parts;
    const session = sessions.demand();
    const { challenge } = await this.ask(ACT_PATHS.challenge, {}, ActChallengeSchema);
    const signed = await signing.sign({
      type: 'login-intent',
      ...signerOf(session, nowMs()),
      challenge,
    });
    const opened = await this.ask(ACT_PATHS.open, { signed }, ActOpenedSchema);
    if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
    this.opened_ = opened;
    await this.note('central-acts-opened', { person: opened.person });
  }

  async list(): Promise<RouteOutput<'acts.list'>> {
    const { acts, admins } = await this.ask(ACT_PATHS.list, this.session(), ActListSchema);
    return { acts: acts.map((one) => this.shown(one)), admins: [...admins] };
  }

  /** Has an act signed and asks the centre for it. Throws CANCELLED, ACTS_INVALID, ACTS_ALTERED and as `open`. */
  async request(act: AdminAct): Promise<string> {
    this.factsOf(act);
    const before = this.unanswered.requestOf(act);
    if (before !== null) {
      await this.handIn(before);
      return before.draft.id;
    }
    const ask = { ...this.session(), act };
    const { text } = await this.ask(ACT_PATHS.draft, ask, ActDraftedSchema);
    const draft = this.read(text);
    if (draft === null || canonicalJson(draft.act) !== canonicalJson(act))
      throw new AppError('ACTS_ALTERED', {}, 'another draft than was asked for');
    await this.sign('request', text, draft, '');
    return draft.id;
  }

  /**
   * Countersigns or refuses an act that waits, as the centre has it now; where the answer to this desk's own signature is missing, that
   * one is handed in again. Throws as `request`, and ACTS_GONE, ACTS_OWN.
   */
  async decide({
    id,
    part,
    note,
  }: ParsedInput<'acts.decide'>): Promise<RouteOutput<'acts.decide'>> {
    const before = this.unanswered.decisionOn(id);
    if (before?.part === part) return this.end(before.draft, await this.handIn(before));
    const { acts } = await this.ask(ACT_PATHS.list, this.session(), ActListSchema);
    const one = acts.find((act) => act.id === id);
    if (one === undefined || one.state !== 'open') throw new AppError('ACTS_GONE');
    const draft = this.read(one.text);
    // Over by the centre's clock, which is not this device's.
    if (draft === null && this.read(one.text, readListed)?.id === id)
      throw new AppError('ACTS_GONE');
    if (draft === null || draft.id !== id)
      throw new AppError('ACTS_ALTERED', {}, `act ${id} is none of this centre`);
    if (part === 'countersign' && one.requestedBy === this.opened_?.person)
      throw new AppError('ACTS_OWN');
    return this.end(draft, await this.sign(part, one.text, draft, part === 'refuse' ? note : ''));
  }

  private end(draft: AdminDraft, ended: RouteOutput<'acts.decide'>): RouteOutput<'acts.decide'> {
    const name = draft.act.kind === 'lease-file' ? 'lease.json' : `${draft.id}.txt`;
    this.told = ended.told === null ? null : { name, text: ended.told };
    return ended;
  }

  /** Saves what the last act told, until a lock or another act. False where the person chose no file. */
  async save(): Promise<boolean> {
    if (this.told === null) throw new AppError('ACTS_GONE');
    const { name, text } = this.told;
    const target = await this.parts.chooseTarget(name);
    if (target === null) return false;
    await writeFile(target, text, { mode: 0o600 });
    return true;
  }

  private async sign(part: AdminPart, text: string, draft: AdminDraft, note: string) {
    const { sessions, signing, nowMs } = this.parts;
    const signed = await signing.sign({
      type: 'admin-act-intent',
      ...signerOf(sessions.demand(), nowMs()),
      part,
      act: draft.id,
      kind: draft.act.kind,
      facts: [...this.factsOf(draft.act)],
      note,
      draftSha256: sha256(text),
    });
    // Before the centre has it: a power cut in between leaves an entry of what was signed, never an act without one.
    await this.note('central-act-signed', { part, act: draft.id, kind: draft.act.kind });
    return this.handIn({ draft, part, text, signed });
  }

  /** Hands a signature in, again where the line breaks; it stays kept while no answer arrived. Throws as `ask`. */
  private async handIn(what: HandedIn) {
    const { draft, part, text, signed } = what;
    this.unanswered.keep(what);
    const ask = () =>
      this.ask(ACT_PATHS.sign, { ...this.session(), part, text, signed }, ActSignedSchema);
    try {
      const { timing } = this.line();
      const answer = await withRetries(timing, this.ending.signal, ask);
      this.unanswered.settle(draft.id);
      return answer;
    } catch (error) {
      // The centre answered; without a login it did not look at the signature.
      const isAnswered = error instanceof AppError && FAULT_CODES.has(error.code);
      if (isAnswered && error.code !== 'ACTS_SESSION') this.unanswered.settle(draft.id);
      throw error;
    }
  }

  private line(): Line {
    const line = this.parts.line();
    if (line === null) throw new AppError('SYNC_UNREACHABLE');
    return line;
  }

  /** Throws ACTS_INVALID for an act that no window could show whole. */
  private factsOf(act: AdminAct) {
    try {
      return actFacts(act, DIGESTS);
    } catch (error) {
      throw new AppError('ACTS_INVALID', {}, String(error));
    }
  }

  /** A draft of this office's centre; null for anything else. */
  private read(text: string, reader = readDraft): AdminDraft | null {
    const draft = reader(text);
    const { publicKey } = new X509Certificate(this.parts.office().ca);
    const centre = sha256(publicKey.export({ type: 'spki', format: 'der' }));
    return draft !== null && draft.centre === centre ? draft : null;
  }

  private shown({ text, ...one }: WireAct): RouteOutput<'acts.list'>['acts'][number] {
    const draft = this.read(text, readListed);
    const isOwn = one.requestedBy === this.opened_?.person;
    if (draft === null || draft.id !== one.id)
      return { ...one, kind: null, facts: [], untilMs: null, isOwn };
    // What the centre made of this desk's signature was not heard yet: it is asked for by the same button.
    const isUnheard = this.unanswered.decisionOn(one.id) !== null;
    const isOver = one.state === 'open' && draft.expiresMs <= this.parts.nowMs();
    const state = isUnheard ? 'open' : isOver ? 'over' : one.state;
    const facts = this.readable(state === 'open' ? draft.act : concealed(draft.act));
    return {
      ...one,
      kind: facts === null ? null : draft.act.kind,
      facts: [...(facts ?? [])],
      untilMs: draft.expiresMs,
      state,
      isOwn,
    };
  }

  private readable(act: AdminAct) {
    try {
      return actFacts(act, DIGESTS);
    } catch {
      // One that was signed as files: longer than a window shows, and countersigned the same way.
      return null;
    }
  }

  private session(): { readonly session: string } {
    if (this.opened_ === null) throw new AppError('ACTS_SESSION');
    return { session: this.opened_.session };
  }

  /** One question to the centre. Throws codes of the line, and the centre's fault as ours. */
  private async ask<S extends z.ZodType<object>>(
    path: string,
    body: object,
    schema: S,
  ): Promise<Exclude<z.output<S>, { fault: ActFault }>> {
    // A challenge is used up by its first answer; everything else is answered the same when it comes again.
    const isRepeatable = path !== ACT_PATHS.open;
    const sent = { method: 'POST', isRepeatable, path, body, priority: 'delta' } as const;
    const answer = schema.safeParse(await this.line().json(sent, ACT_ANSWER_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, `${path} answer`);
    const { data } = answer;
    if (!isFault(data)) return data as Exclude<z.output<S>, { fault: ActFault }>;
    if (data.fault === 'session') this.opened_ = null;
    throw new AppError(CODES[data.fault]);
  }

  private async note(kind: string, payload: Record<string, string>): Promise<void> {
    const actor = this.parts.sessions.demand().view.userId;
    await this.parts.store.call('auditAppend', { kind, actor, payload });
  }

  private forget(): void {
    this.opened_ = null;
    this.told = null;
    this.unanswered.forget();
  }
}

const isFault = (data: object): data is { readonly fault: ActFault } => 'fault' in data;
