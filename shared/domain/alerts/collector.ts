import {
  type Alert,
  type AlertEvent,
  type AlertPolicy,
  COMPARED_DAYS,
  officeDay,
  SCANNED_DAYS,
} from './alert';
import { addsPeople, PersonWatch } from './person-watch';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Written at the moment by the clock of the machine; others may carry the time of something that began earlier. */
const BY_THE_CLOCK: readonly string[] = ['login', 'query', 'view', 'view-person', 'view-company'];

/** The log up to now, and how it is judged. */
export interface CollectorInput {
  readonly policy: AlertPolicy;
  /** officeOffsetMs */
  readonly offsetMs: number;
  readonly nowMs: number;
  /** First moment of the whole log, UTC ms: what lies before it is compared with nothing. */
  readonly logBeginsMs: number;
}

/** From when on the log is looked at, UTC ms. */
export function scannedSinceMs(nowMs: number): number {
  return nowMs - SCANNED_DAYS * DAY_MS;
}

/**
 * Takes the log's entries in their order and says what is out of the ordinary in it. Alerts are told of the days that
 * have a full time of comparison before them: so looking again tomorrow finds the same of the same day, by the same name.
 */
export class AlertCollector {
  private readonly people = new Map<string, PersonWatch>();
  private readonly back: Alert[] = [];
  private addedMs = Number.NEGATIVE_INFINITY;
  private clockMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly input: CollectorInput) {}

  /** `isOriginal` false: taken over from elsewhere with its own time. */
  take(event: AlertEvent, isOriginal = true): void {
    const { atMs, kind, actor } = event;
    if (isOriginal && BY_THE_CLOCK.includes(kind)) this.watchClock(event);
    if (addsPeople(kind)) this.addedMs = Math.max(this.addedMs, atMs);
    let person = this.people.get(actor);
    if (person === undefined) {
      const { policy, offsetMs, nowMs, logBeginsMs } = this.input;
      const sinceMs = Math.max(logBeginsMs, scannedSinceMs(nowMs));
      person = new PersonWatch(policy, offsetMs, sinceMs, () => this.addedMs);
      this.people.set(actor, person);
    }
    person.take(event);
  }

  /** What was found, the newest first. */
  alerts(): readonly Alert[] {
    const { offsetMs, nowMs } = this.input;
    const fromDay = officeDay(nowMs, offsetMs) - SCANNED_DAYS + COMPARED_DAYS + 1;
    const found = [...this.back];
    for (const [actor, person] of this.people)
      for (const { more, ...one } of person.end(fromDay))
        found.push({ ...one, actor, id: idOf(one, actor, more) });
    return found
      .filter(({ day }) => day >= fromDay)
      .sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1));
  }

  /** A clock that goes back is told once a day of the person who was at the desk, with the widest step. */
  private watchClock({ atMs, actor }: AlertEvent): void {
    const { policy, offsetMs } = this.input;
    const minutes = Math.floor((this.clockMs - atMs) / MINUTE_MS);
    if (minutes >= policy.clockBackMinutes) {
      const day = officeDay(atMs, offsetMs);
      const [rule, limit] = ['clock-back', policy.clockBackMinutes] as const;
      const id = `${rule}:${actor}:${day}`;
      const known = this.back.findIndex((one) => one.id === id);
      const count = Math.max(minutes, this.back[known]?.count ?? 0);
      const alert = { id, rule, actor, day, firstMs: atMs, lastMs: this.clockMs, count, limit };
      this.back.splice(known < 0 ? this.back.length : known, 1, { ...alert, usual: null });
    }
    // From here on the clock as it is now: otherwise every entry until it has caught up would be another step.
    this.clockMs = atMs;
  }
}

function idOf({ rule, day }: Pick<Alert, 'rule' | 'day'>, actor: string, more: string): string {
  const what = more.split(':').slice(2).join(':');
  return what === '' ? `${rule}:${actor}:${day}` : `${rule}:${actor}:${day}:${what}`;
}
