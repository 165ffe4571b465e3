import { randomBytes, randomUUID } from 'node:crypto';
import { STATUSES, wordOf } from '../../../../shared/domain/model';
import { classify, statusCutoffs } from '../../../../shared/domain/policy/cutoffs';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../../shared/errors/app-error';
import type { Asked, ScanCheck } from '../../../../shared/ipc/routes/scan';
import { ulid } from '../../../../shared/kernel/ids';
import type { CommandPayload } from '../../../../shared/protocol/commands';
import { readLookupAnswer } from '../../../../shared/protocol/lookup-answer';
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
    const { name, number } = held.says;
    const key = ulid(nowMs(), randomBytes(10));
    const notes: Note[] = [{ key, name, number }, ...(await this.notes())].slice(0, SHOWN);
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
    return sent.map(({ key, atMs, verdict, reason }) => {
      const note = notes.find((one) => one.key === key);
      return {
        key,
        atMs,
        name: note?.name ?? null,
        number: note?.number ?? null,
        ...this.outcome(verdict, reason),
      };
    });
  }

  private outcome(
    verdict: string | null,
    reason: string | null,
  ): Pick<Asked, 'state' | 'answer' | 'validTo'> {
    if (verdict === null || verdict === 'needs-review')
      return { state: 'waiting', answer: null, validTo: null };
    const answer = readLookupAnswer(reason);
    if (verdict === 'rejected' || answer === undefined)
      return { state: 'refused', answer: null, validTo: null };
    if (answer.found !== 'one') return { state: 'answered', answer: answer.found, validTo: null };
    const { validFrom, validTo, reviewDue, baseStatus } = answer;
    const cutoffs = statusCutoffs(this.parts.rulePack, this.parts.today());
    const code = classify(validFrom, validTo, reviewDue, baseStatus, cutoffs);
    return { state: 'answered', answer: wordOf(STATUSES, code) ?? null, validTo };
  }

  private factName(): string {
    return `lookups:${this.parts.sessions.demand().view.userId}`;
  }

  private async notes(): Promise<readonly Note[]> {
    const text = await this.parts.store.call('factGet', { name: this.factName() });
    return text === null ? [] : (JSON.parse(text) as Note[]);
  }
}
