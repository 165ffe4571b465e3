import { randomBytes } from 'node:crypto';
import { maskName } from '../../../../shared/domain/name/mask';
import {
  DUE_DAYS,
  MOST_PEOPLE,
  needsRectification,
  rectificationRate,
  type SitePerson,
  type SiteVisit,
} from '../../../../shared/domain/site/visit';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { Day } from '../../../../shared/kernel/day';
import { ulid } from '../../../../shared/kernel/ids';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { ScanService, ScanSource } from '../scan/scan';
import type { SessionHolder } from '../unlock/session';
import { VisitShelf } from './visit-shelf';
import { worstOf } from './worst-of';

interface SiteParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly scan: Pick<ScanService, 'check' | 'frame'>;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly nowMs: NowMs;
  today(): Day;
}

/**
 * Group mode: the queue outside, one check after another, on a roster that is in the journal after every step. Names and
 * numbers in it are masked; nothing here changes a certificate.
 */
export class SiteService {
  private readonly shelf: VisitShelf;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SiteParts) {
    this.shelf = new VisitShelf(parts.store);
  }

  /** The person's open visit. */
  async current(): Promise<SiteVisit | null> {
    const [newest] = await this.shelf.ids(this.userId());
    const visit = newest === undefined ? null : await this.shelf.find(newest);
    return visit?.closedMs === null ? visit : null;
  }

  /** Begins a visit; one that is open goes on. */
  begin(place: string): Promise<SiteVisit> {
    return this.queue(async () => {
      const open = await this.current();
      if (open !== null) return open;
      const startedMs = this.parts.nowMs();
      const id = ulid(startedMs, randomBytes(10));
      const visit = { id, place, startedMs, closedMs: null, people: [], last: 0 };
      await this.shelf.add(this.userId(), visit);
      return visit;
    });
  }

  /** Throws SITE_NONE_OPEN, SITE_FULL and what a check throws. */
  check(text: string, by: ScanSource): Promise<{ check: ScanCheck; visit: SiteVisit }> {
    return this.queue(async () => {
      const visit = await this.demandOpen();
      const check = await this.parts.scan.check(text, by);
      // What was no code at all is nobody: the roster stays as it is.
      if (check.verdict === 'empty' || check.verdict === 'too-long') return { check, visit };
      return { check, visit: await this.add(visit, personOf(check)) };
    });
  }

  /**
   * One picture of the open camera: who came newly before it is checked and put on the roster. Null: nobody did. Throws
   * what `check` throws and the SCAN_ codes.
   */
  async frame(
    bytes: Uint8Array,
  ): Promise<{ last: { check: ScanCheck; visit: SiteVisit } | null; isHeld: boolean }> {
    await this.demandOpen();
    const { taken, isHeld } = await this.parts.scan.frame(bytes, (text) =>
      this.check(text, 'camera'),
    );
    return { last: worstOf(taken), isHeld };
  }

  missing(name: string): Promise<SiteVisit> {
    return this.queue(async () =>
      this.add(await this.demandOpen(), {
        name: maskName(name),
        number: null,
        company: null,
        verdict: 'missing',
        certificates: [],
      }),
    );
  }

  /**
   * Takes person `n` off: "the last" may be another one by the time that this turn comes, behind a check that was under
   * way. Throws SITE_GONE.
   */
  undo(n: number): Promise<SiteVisit> {
    return this.queue(async () => {
      const visit = await this.demandOpen();
      const people = visit.people.filter((person) => person.n !== n);
      if (people.length === visit.people.length) throw new AppError('SITE_GONE');
      return this.put({ ...visit, people });
    });
  }

  /** Throws SITE_GONE. */
  setDue(n: number, dueDay: Day | null): Promise<SiteVisit> {
    return this.queue(async () => {
      const visit = await this.demandOpen();
      return this.put(changed(visit, n, (person) => ({ ...person, dueDay })));
    });
  }

  /** Closes the visit together with its report to the centre: both or nothing. */
  close(): Promise<SiteVisit> {
    return this.queue(async () => {
      const { outbox, nowMs } = this.parts;
      const visit = { ...(await this.demandOpen()), closedMs: nowMs() };
      const { id, place, startedMs, closedMs, people } = visit;
      await outbox.tell(
        'site-record',
        {
          visit: id,
          place,
          startedMs,
          closedMs,
          people: people.map(({ n, name, verdict, certificates, dueDay }) => ({
            n,
            name,
            verdict,
            certificates: [...certificates],
            dueDay,
          })),
        },
        {
          key: ulid(closedMs, randomBytes(10)),
          fact: this.shelf.factOf(visit),
          audit: {
            kind: 'site-record',
            actor: this.userId(),
            payload: { visit: id, people: people.length },
          },
        },
      );
      return visit;
    });
  }

  /** One of the person's own visits. Throws SITE_GONE. */
  async visit(id: string): Promise<SiteVisit> {
    const isOwn = (await this.shelf.ids(this.userId())).includes(id);
    const visit = isOwn ? await this.shelf.find(id) : null;
    if (visit === null) throw new AppError('SITE_GONE');
    return visit;
  }

  /** Notes that something was put right today. Throws SITE_GONE. */
  settle(id: string, n: number): Promise<SiteVisit> {
    return this.queue(async () => {
      const doneDay = this.parts.today();
      return this.put(changed(await this.visit(id), n, (person) => ({ ...person, doneDay })));
    });
  }

  async rectifications(): Promise<RouteOutput<'site.rectifications'>> {
    const today = this.parts.today();
    const visits = await this.shelf.all(this.userId());
    const items = visits
      .flatMap(({ id, place, people }) =>
        people
          .filter(({ dueDay }) => dueDay !== null)
          .map((person) => ({ visit: id, place, person: shown(person) })),
      )
      .sort((a, b) => order(a.person) - order(b.person))
      .slice(0, 2_000);
    const rate = rectificationRate(
      visits.flatMap(({ people }) => people),
      today,
    );
    return {
      today,
      ...rate,
      items,
      visits: visits.map(({ id, place, startedMs, closedMs, people }) => ({
        id,
        place,
        startedMs,
        closedMs,
        people: people.length,
      })),
    };
  }

  private async add(
    visit: SiteVisit,
    person: Pick<SitePerson, 'name' | 'number' | 'company' | 'verdict' | 'certificates'>,
  ): Promise<SiteVisit> {
    if (visit.people.length >= MOST_PEOPLE) throw new AppError('SITE_FULL', { limit: MOST_PEOPLE });
    const { nowMs, today } = this.parts;
    const n = visit.last + 1;
    const dueDay = needsRectification(person.verdict) ? today() + DUE_DAYS : null;
    const added = { ...person, n, atMs: nowMs(), dueDay, doneDay: null };
    return this.put({ ...visit, last: n, people: [...visit.people, added] });
  }

  private async put(visit: SiteVisit): Promise<SiteVisit> {
    await this.shelf.keep(visit);
    return visit;
  }

  private async demandOpen(): Promise<SiteVisit> {
    const visit = await this.current();
    if (visit === null) throw new AppError('SITE_NONE_OPEN');
    return visit;
  }

  private userId(): string {
    return this.parts.sessions.demand().view.userId;
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

function personOf(check: ScanCheck) {
  const { says, holder, company, verdict, certificates } = check;
  return {
    name: holder ?? says.name,
    number: says.number,
    company,
    verdict,
    certificates: certificates.map(({ id }) => id),
  };
}

function changed(
  visit: SiteVisit,
  n: number,
  change: (person: SitePerson) => SitePerson,
): SiteVisit {
  if (!visit.people.some((person) => person.n === n)) throw new AppError('SITE_GONE');
  return {
    ...visit,
    people: visit.people.map((person) => (person.n === n ? change(person) : person)),
  };
}

/** A visit as the contract has it. */
export function shownVisit(visit: SiteVisit): RouteOutput<'site.begin'>['visit'] {
  return { ...visit, people: visit.people.map(shown) };
}

const shown = (person: SitePerson) => ({ ...person, certificates: [...person.certificates] });

/** What is open first, by its day; what is done last. */
const order = ({ doneDay, dueDay }: Pick<SitePerson, 'doneDay' | 'dueDay'>): number =>
  (doneDay === null ? 0 : 1_000_000) + (dueDay ?? 0);
