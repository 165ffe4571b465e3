import type { SiteVisit } from '../../../../shared/domain/site/visit';
import type { StoreCaller } from '../../clients/store-client';

/** Visits with nothing left to be put right that are listed of a person; the centre has the records of all. */
const MOST_VISITS = 200;

/** Visits as facts of the journal: an index a person, and one fact a visit. */
export class VisitShelf {
  constructor(private readonly store: StoreCaller) {}

  private async text(name: string): Promise<string | null> {
    return this.store.call('factGet', { name });
  }

  /** Newest first. */
  async ids(userId: string): Promise<readonly string[]> {
    const text = await this.text(indexName(userId));
    return text === null ? [] : (JSON.parse(text) as string[]);
  }

  async find(id: string): Promise<SiteVisit | null> {
    const text = await this.text(visitName(id));
    return text === null || text === '' ? null : (JSON.parse(text) as SiteVisit);
  }

  async keep(visit: SiteVisit): Promise<void> {
    await this.store.call('factSet', this.factOf(visit));
  }

  /** As it stands with a command. */
  factOf(visit: SiteVisit): { readonly name: string; readonly value: string } {
    return { name: visitName(visit.id), value: JSON.stringify(visit) };
  }

  /** The visit first: an index never names one that is not there. What is open is never too old to be listed. */
  async add(userId: string, visit: SiteVisit): Promise<void> {
    await this.keep(visit);
    const ids = [visit.id, ...(await this.ids(userId))];
    const listed = ids.slice(0, MOST_VISITS);
    for (const id of ids.slice(MOST_VISITS)) {
      const old = await this.find(id);
      if (old !== null && isOpen(old)) listed.push(id);
    }
    await this.store.call('factSet', { name: indexName(userId), value: JSON.stringify(listed) });
  }

  async all(userId: string): Promise<readonly SiteVisit[]> {
    const visits: SiteVisit[] = [];
    for (const id of await this.ids(userId)) {
      const visit = await this.find(id);
      if (visit !== null) visits.push(visit);
    }
    return visits;
  }
}

/** Not closed, or with somebody who still has to be put right: what the journal's purge leaves too. */
const isOpen = ({ closedMs, people }: SiteVisit): boolean =>
  closedMs === null || people.some(({ dueDay, doneDay }) => dueDay !== null && doneDay === null);

const indexName = (userId: string) => `site-visits:${userId}`;
const visitName = (id: string) => `site-visit:${id}`;
