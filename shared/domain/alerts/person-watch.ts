import {
  type Alert,
  type AlertEvent,
  type AlertPolicy,
  type AlertRule,
  COMPARED_DAYS,
  nightOf,
  officeDay,
} from './alert';
import { type Tally, tally, Window } from './counters';
import { usualAndFar } from './usual';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** What a person looks up by hand; lists, the queue of a visit and suggestions are counted apart, by nobody here. */
const LOOK_UPS: readonly string[] = [
  'query',
  'view',
  'view-person',
  'view-company',
  'cross-region-query',
  'cross-region-view',
];
const FAILURES: readonly string[] = [
  'reveal-refused',
  'export-code-wrong',
  'password-change-refused',
];
const ADDED: readonly string[] = ['person-added', 'enrol'];
type Found = Omit<Alert, 'actor' | 'id'>;

/** What the rules hold of one person while the log goes by in its order. */
export class PersonWatch {
  private readonly nights = new Map<number, Tally>();
  private readonly lookUps = new Map<number, Tally>();
  private readonly exports = new Map<number, Tally>();
  private readonly failures = new Map<number, Tally>();
  private readonly reveals = new Map<number, { readonly tally: Tally; readonly of: Set<string> }>();
  private readonly same = new Map<string, number[]>();
  private readonly different: Window;
  private readonly logins: { readonly atMs: number; readonly address: string | null }[] = [];
  private readonly found = new Map<string, Found>();

  constructor(
    private readonly policy: AlertPolicy,
    private readonly offsetMs: number,
    /** The log that is looked at begins here; a comparison that reaches before it is none. */
    private readonly sinceMs: number,
    private readonly addedMs: () => number,
  ) {
    this.different = new Window(policy.differentMinutes * MINUTE_MS);
  }

  take(event: AlertEvent): void {
    const { kind, atMs, subject, count } = event;
    const day = officeDay(atMs, this.offsetMs);
    const isLookUp = LOOK_UPS.includes(kind);
    const night = nightOf(atMs, this.offsetMs, this.policy);
    const isReveal = kind === 'reveal' || kind === 'cross-region-reveal';
    const isAct = isLookUp || isReveal || kind === 'export-started';
    if (isAct && night !== null) tally(this.nights, night, atMs);
    if (isLookUp) tally(this.lookUps, day, atMs);
    if (kind === 'export-started') tally(this.exports, day, atMs, count);
    if (FAILURES.includes(kind)) tally(this.failures, day, atMs);
    if ((kind === 'login' || kind === 'login-failed') && count > 0)
      tally(this.failures, day, atMs, count);
    if (kind === 'login') this.login(event, day);
    if (subject === null) return;
    if (isReveal) this.reveal(subject, day, atMs);
    this.open(subject, day, atMs);
  }

  /** What was found on days from one on, the baseline included. */
  *end(fromDay: number): Generator<Found & { readonly more: string }> {
    const { policy } = this;
    yield* over('night', this.nights, policy.nightActs);
    yield* over('export-quota', this.exports, policy.exportRows);
    yield* over('failures', this.failures, policy.failures);
    const reveals = new Map([...this.reveals].map(([day, one]) => [day, one.tally]));
    yield* over('many-reveals', reveals, policy.reveals);
    for (const [more, one] of this.found) yield { ...one, more };
    for (const [day, { count, firstMs, lastMs }] of this.lookUps) {
      if (day < fromDay) continue;
      const former = [...this.lookUps].flatMap(([on, one]) =>
        on < day && on >= day - COMPARED_DAYS ? [one.count] : [],
      );
      if (former.length < policy.usualDays) continue;
      const limits = usualAndFar(former, policy.usualSpreads, policy.usualFloor);
      if (limits === null || count <= limits.far) continue;
      const { usual, far: limit } = limits;
      yield { rule: 'far-over-usual', day, firstMs, lastMs, count, limit, usual, more: '' };
    }
  }

  private reveal(subject: string, day: number, atMs: number): void {
    const known = this.reveals.get(day) ?? {
      tally: { count: 0, firstMs: atMs, lastMs: atMs },
      of: new Set<string>(),
    };
    this.reveals.set(day, known);
    known.of.add(subject);
    known.tally.count = known.of.size;
    known.tally.lastMs = Math.max(known.tally.lastMs, atMs);
  }

  private open(subject: string, day: number, atMs: number): void {
    const { policy } = this;
    const { different, firstMs } = this.different.add(subject, atMs);
    if (different >= policy.differentTimes)
      this.note('many-different', '', day, firstMs, atMs, different, policy.differentTimes);
    if (!subject.startsWith('certificate/')) return;
    const sinceMs = atMs - policy.sameDays * DAY_MS;
    const times = (this.same.get(subject) ?? []).filter((one) => one > sinceMs && one <= atMs);
    times.push(atMs);
    this.same.set(subject, times);
    if (times.length >= policy.sameTimes) {
      const [first = atMs] = times;
      this.note('same-certificate', subject, day, first, atMs, times.length, policy.sameTimes);
    }
  }

  private login({ atMs, address }: AlertEvent, day: number): void {
    const sinceMs = atMs - COMPARED_DAYS * DAY_MS;
    const former = this.logins.filter((one) => one.atMs > sinceMs && one.atMs <= atMs);
    this.logins.push({ atMs, address });
    const isAdded = this.addedMs() > sinceMs;
    if (former.length === 0 && sinceMs >= this.sinceMs && !isAdded)
      this.note('new-device', '', day, atMs, atMs, 1, COMPARED_DAYS);
    const network = networkOf(address);
    const networks = former.map((one) => networkOf(one.address)).filter((one) => one !== null);
    if (network === null || networks.length < this.policy.addressLogins) return;
    if (!networks.includes(network))
      this.note('new-address', network, day, atMs, atMs, 1, networks.length);
  }

  /** Keeps the largest of a day. */
  private note(
    rule: AlertRule,
    what: string,
    day: number,
    firstMs: number,
    lastMs: number,
    count: number,
    limit: number,
  ): void {
    const key = `${rule}:${day}:${what}`;
    const known = this.found.get(key);
    if (known !== undefined && known.count > count) return;
    const first = Math.min(known?.firstMs ?? firstMs, firstMs);
    this.found.set(key, { rule, day, firstMs: first, lastMs, count, limit, usual: null });
  }
}

/** True for entries that explain a first sign-in. */
export function addsPeople(kind: string): boolean {
  return ADDED.includes(kind);
}

function* over(
  rule: AlertRule,
  tallies: ReadonlyMap<number, Tally>,
  limit: number,
): Generator<Found & { readonly more: string }> {
  for (const [day, { count, firstMs, lastMs }] of tallies)
    if (count >= limit) yield { rule, day, firstMs, lastMs, count, limit, usual: null, more: '' };
}

/** The network of an IPv4 address, so that another address of the same office is none; null for no address. */
function networkOf(address: string | null): string | null {
  if (address === null) return null;
  const end = address.lastIndexOf('.');
  return end < 0 ? null : address.slice(0, end);
}
