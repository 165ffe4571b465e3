import { randomBytes, randomUUID } from 'node:crypto';
import { STATUSES, wordOf } from '../../../../shared/domain/model';
import { classify, statusCutoffs, underMark } from '../../../../shared/domain/policy/cutoffs';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import type { Asked, ScanCheck } from '../../../../shared/ipc/routes/scan';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { ulid } from '../../../../shared/kernel/ids';
import type { CommandPayload } from '../../../../shared/protocol/commands';
import { readLookupAnswer } from '../../../../shared/protocol/lookup-answer';
import type { SentCommand } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { SessionHolder } from '../unlock/session';

/** What may be asked: enough for a gate, and no store of numbers. */
const HELD = 60;
const SHOWN = 50;

type Question = Omit<CommandPayload<'lookup'>, 'lookup'>;
type Says = ScanCheck['says'];
interface Note {
  readonly key: string;
  readonly name: string | null;
  readonly number: string | null;
  /** The certificate, where a code of this centre named it. */
  readonly certificate?: number;
  /** The last day that was read, to be held against the answer's. Notes of before have none. */
  readonly validTo?: number;
}

/** Questions to the centre about certificates that this office's data do not answer. */
export class Lookups {
  private readonly questions = new Map<string, { question: Question; says: Says }>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly store: StoreCaller;
      readonly sessions: SessionHolder;
      readonly outbox: Pick<OutboxService, 'tell'>;
      readonly nowMs: NowMs;
      readonly rulePack: RulePack;
      /** An order of the centre has this certificate under verification, or an emergency level every one. */
      isMarked(certificate: number): boolean;
      isAllMarked(): boolean;
      today(): number;
    },
  ) {}

  /** Holds a question in memory until somebody asks it; answers its handle. Null where nothing names a certificate. */
  hold(question: Question, says: Says): string | null {
    const { idNumber, number, code } = question;
    if (idNumber === null && number === null && code === null) return null;
    const [oldest] = this.questions.keys();
    if (this.questions.size >= HELD && oldest !== undefined) this.questions.delete(oldest);
    const handle = randomUUID();
    this.questions.set(handle, { question, says });
    return handle;
  }

  forget(): void {
    this.questions.clear();
  }

  /** Queues the question with its audit entry. Throws SCAN_ASK_GONE and codes of the outbox. */
  ask(handle: string): Promise<void> {
    const act = this.turn.then(() => this.tell(handle));
    this.turn = act.catch(() => undefined);
    return act;
  }

  private async tell(handle: string): Promise<void> {
    const held = this.questions.get(handle);
    if (held === undefined) throw new AppError('SCAN_ASK_GONE');
    const { outbox, nowMs, sessions } = this.parts;
    const { userId: actor } = sessions.demand().view;
    const { name, number, validTo } = held.says;
    const key = ulid(nowMs(), randomBytes(10));
    const { code } = held.question;
    const note: Note = {
      ...{ key, name, number },
      ...(code === null ? {} : { certificate: code.id }),
      ...(validTo === null ? {} : { validTo }),
    };
    const notes = [note, ...(await this.notes())].slice(0, SHOWN);
    await outbox.tell(
      'lookup',
      { ...held.question, lookup: key },
      {
        key,
        fact: { name: this.factName(), value: JSON.stringify(notes) },
        // The log names nobody; the command itself is sealed to the centre.
        audit: { kind: 'lookup', actor, payload: { lookup: key } },
      },
    );
    this.questions.delete(handle);
  }

  /** This person's questions, newest first, with what came back. */
  async list(): Promise<Asked[]> {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    const [notes, sent] = [
      await this.notes(),
      await store.call('outboxSent', { kind: 'lookup', actor, limit: SHOWN }),
    ];
    return sent.map(({ key, atMs, ...said }) => {
      const note = notes.find((one) => one.key === key);
      return {
        key,
        atMs,
        name: note?.name ?? null,
        number: note?.number ?? null,
        ...this.outcome(said, note),
      };
    });
  }

  private outcome(
    { verdict, reason, judgedMs }: Pick<SentCommand, 'verdict' | 'reason' | 'judgedMs'>,
    note: Note | undefined,
  ): Pick<Asked, 'state' | 'answer' | 'answeredMs' | 'validTo'> {
    const nothing = { answer: null, answeredMs: null, validTo: null };
    if (verdict === null || verdict === 'needs-review') return { ...nothing, state: 'waiting' };
    const said = { ...nothing, answeredMs: judgedMs };
    const answer = readLookupAnswer(reason);
    if (verdict === 'rejected' || answer === undefined) return { ...said, state: 'refused' };
    const state = 'answered';
    if (answer.found !== 'one') return { ...said, state, answer: answer.found };
    const { rulePack, isMarked, isAllMarked } = this.parts;
    const today = this.parts.today();
    // What was done to the certificate since, the answer does not know: a status of long ago is none.
    if (judgedMs === null || today - dayInShanghai(judgedMs) > rulePack.freshnessDays)
      return { ...said, state, answer: 'ask-again' };
    const { validFrom, validTo, reviewDue, baseStatus } = answer;
    // As with a certificate of the slice: a paper with another last day is not the certificate as it stands.
    if (note?.validTo !== undefined && note.validTo !== validTo)
      return { ...said, state, answer: 'date-differs', validTo };
    const cutoffs = statusCutoffs(rulePack, today);
    const dated = classify(validFrom, validTo, reviewDue, baseStatus, cutoffs);
    // A mark that came after the answer counts as it does everywhere else.
    const isUnderMark =
      isAllMarked() || (note?.certificate !== undefined && isMarked(note.certificate));
    const status = wordOf(STATUSES, isUnderMark ? underMark(dated) : dated);
    return { ...said, state, answer: status ?? null, validTo };
  }

  private factName(): string {
    return `lookups:${this.parts.sessions.demand().view.userId}`;
  }

  private async notes(): Promise<readonly Note[]> {
    const text = await this.parts.store.call('factGet', { name: this.factName() });
    return text === null ? [] : (JSON.parse(text) as Note[]);
  }
}
