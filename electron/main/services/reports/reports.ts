import { randomBytes } from 'node:crypto';
import { maskName } from '../../../../shared/domain/name/mask';
import type { ParsedInput } from '../../../../shared/ipc/contract';
import type { ReportView } from '../../../../shared/ipc/routes/reports';
import type { Day } from '../../../../shared/kernel/day';
import { ulid } from '../../../../shared/kernel/ids';
import { DECIDED_BY_PERSON } from '../../../../shared/protocol/outbox';
import type { SentCommand } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { EvidenceService } from '../evidence/evidence';
import type { NowMs } from '../ports';
import type { SessionHolder } from '../unlock/session';

type Kind = ReportView['kind'];
const KINDS: readonly Kind[] = ['field-check', 'correction', 'suspected-fake'];
const SHOWN = 50;
const NOTED = 300;

/** What stays readable here of a report after the centre has it; masked. */
type Noted = Pick<ReportView, 'key' | 'title' | 'certificate' | 'files'>;

const STATES: Readonly<Record<NonNullable<SentCommand['verdict']>, ReportView['state']>> = {
  applied: 'accepted',
  duplicate: 'accepted',
  'needs-review': 'under-review',
  rejected: 'rejected',
};

/** Reports of a person from the field: each a command with its evidence, its note and its audit entry, or nothing. */
export class Reports {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly store: StoreCaller;
      readonly sessions: SessionHolder;
      readonly evidence: Pick<EvidenceService, 'tell'>;
      readonly nowMs: NowMs;
      today(): Day;
    },
  ) {}

  /** Throws EVIDENCE_ codes and those of the outbox. */
  fieldCheck(input: ParsedInput<'reports.field-check'>): Promise<void> {
    const { certificate, title, result, note, handles } = input;
    return this.queue(async () => {
      const { key, options } = await this.prepare({ title, certificate, files: handles.length });
      const payload = {
        check: key,
        subject: 'certificate' as const,
        id: certificate,
        result,
        note,
        day: this.parts.today(),
      };
      await this.parts.evidence.tell('field-check', payload, handles, options);
    });
  }

  /** Throws the same. */
  correction(input: ParsedInput<'reports.correction'>): Promise<void> {
    const { certificate, title, rev, field, proposed, note, handles } = input;
    return this.queue(async () => {
      const { options } = await this.prepare({ title, certificate, files: handles.length });
      const payload = { subject: 'certificate' as const, id: certificate, field, proposed, note };
      await this.parts.evidence.tell('correction', payload, handles, { ...options, base: rev });
    });
  }

  /** Throws the same. */
  fake(input: ParsedInput<'reports.fake'>): Promise<void> {
    const { certificate, holder, place, note, handles } = input;
    return this.queue(async () => {
      const title = maskName(holder);
      const { options } = await this.prepare({ title, certificate, files: handles.length });
      const payload = { certificate, holder, place, note };
      await this.parts.evidence.tell('suspected-fake', payload, handles, options);
    });
  }

  async list(): Promise<ReportView[]> {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    const noted = await this.noted();
    const reports: ReportView[] = [];
    for (const kind of KINDS) {
      const sent = await store.call('outboxSent', { kind, actor, limit: SHOWN });
      for (const { key, atMs, verdict, reason } of sent) {
        const note = noted.find((one) => one.key === key);
        reports.push({
          key,
          kind,
          atMs,
          title: note?.title ?? '',
          certificate: note?.certificate ?? null,
          files: note?.files ?? 0,
          state: verdict === null ? 'waiting' : STATES[verdict],
          reason: verdict === 'rejected' ? wordsOf(reason) : null,
        });
      }
    }
    return reports.sort((a, b) => b.atMs - a.atMs);
  }

  private async prepare(about: Omit<Noted, 'key'>) {
    const key = ulid(this.parts.nowMs(), randomBytes(10));
    const notes = [{ key, ...about }, ...(await this.noted())].slice(0, NOTED);
    return { key, options: { key, fact: { name: this.factName(), value: JSON.stringify(notes) } } };
  }

  private async noted(): Promise<readonly Noted[]> {
    const text = await this.parts.store.call('factGet', { name: this.factName() });
    return text === null ? [] : (JSON.parse(text) as Noted[]);
  }

  private factName(): string {
    return `reports:${this.parts.sessions.demand().view.userId}`;
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

/** A person's words without the mark that says so. */
function wordsOf(reason: string | null): string | null {
  return reason?.startsWith(DECIDED_BY_PERSON)
    ? reason.slice(DECIDED_BY_PERSON.length).trim()
    : reason;
}
