import type { BatchVerdict } from '../../../../shared/domain/batch/verdicts';
import { AppError } from '../../../../shared/errors/app-error';
import { boardLists } from '../../../../shared/ipc/board-lists';
import type { Filter } from '../../../../shared/ipc/common';
import { narrowFilter } from '../../../../shared/ipc/narrow-filter';
import type { CertificateItem } from '../../../../shared/ipc/routes/search';
import type { VisitReason, VisitSelection } from '../../../../shared/ipc/routes/visits';
import type { Day } from '../../../../shared/kernel/day';
import { askStore } from '../../clients/ask-store';
import type { StoreCaller } from '../../clients/store-client';

/** Entries that one act puts on the list at most. */
export const MOST_AT_ONCE = 500;
const PAGE = 200;
/** So often a list is read that changes meanwhile. */
const TRIES = 5;

/** A certificate that a selection holds, and why it is to be looked at. */
export interface SelectedVisit {
  readonly item: CertificateItem;
  readonly reason: VisitReason;
}

export interface SelectedVisits {
  readonly visits: readonly SelectedVisit[];
  /** Of the selection, whatever is taken of it. */
  readonly total: number;
  /** Rows that are about no certificate of this device. */
  readonly without: number;
  /** Rows that fit several certificates: which is meant, a person has to see. */
  readonly several: number;
}

interface Parts {
  readonly store: StoreCaller;
  today(): Day;
  /** Rows of one of this person's batches; none of a batch that is gone. */
  batchRows(input: {
    readonly batch: string;
    readonly verdicts: readonly BatchVerdict[] | null;
    readonly offset: number;
    readonly limit: number;
  }): Promise<{
    readonly rows: readonly {
      readonly certificateId: number | null;
      readonly line: number;
      /** Certificates that fit. */
      readonly found: number;
      readonly verdict: BatchVerdict;
    }[];
    readonly total: number;
  }>;
}

/**
 * What a selection holds now, asked of the store anew: a page says which list it shows, never who is on it. The store
 * checks role and scope and logs the look-up as it does for the list itself.
 */
export async function selectedVisits(
  parts: Parts,
  selection: VisitSelection,
): Promise<SelectedVisits> {
  switch (selection.from) {
    case 'list':
      return listed(parts.store, selection);
    case 'risk':
      return atRisk(parts, selection.filter);
    case 'lapse':
      return lapsing(parts.store, selection.filter);
    case 'batch':
      return batched(parts, selection);
  }
}

/**
 * The pages of a list as it is at one moment. While rows change between two of them, one is on both and another on none: then
 * there are fewer different ones than the list says, or it says another number. Throws VISITS_MOVING where that was so at
 * every try.
 */
async function listed(
  store: StoreCaller,
  selection: Extract<VisitSelection, { from: 'list' }>,
): Promise<SelectedVisits> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await pagesOf(store, selection);
    if (found !== null) return found;
  }
  throw new AppError('VISITS_MOVING');
}

async function pagesOf(
  store: StoreCaller,
  { text, filter, meaning, day }: Extract<VisitSelection, { from: 'list' }>,
): Promise<SelectedVisits | null> {
  const visits: SelectedVisit[] = [];
  const seen = new Set<number>();
  let total: number | null = null;
  let without = 0;
  for (let offset = 0; offset < MOST_AT_ONCE; offset += PAGE) {
    const limit = Math.min(PAGE, MOST_AT_ONCE - offset);
    const more = {
      ...(meaning === undefined ? {} : { meaning }),
      ...(day === undefined ? {} : { day }),
    };
    const input = { text, filter, ...more, offset, limit };
    const page = await askStore(store, 'search.query', input);
    if (total !== null && total !== page.total) return null;
    total = page.total;
    for (const { id } of page.items) seen.add(id);
    // Nobody is visited for what a certificate was on a day that is past: the reason is that of now.
    const now = day === undefined ? null : await itemsOf(store, page.items.map(onlyId));
    for (const one of page.items) {
      const item = now === null ? one : now.get(one.id);
      if (item === undefined) without++;
      else visits.push({ item, reason: statusReason(item) });
    }
    if (page.items.length < limit) break;
  }
  if (total === null || seen.size !== Math.min(total, MOST_AT_ONCE)) return null;
  return { visits, total, without, several: 0 };
}

/** Due within 90 days, or expired: what makes a company one at risk. */
async function atRisk({ store, today }: Parts, filter: Filter): Promise<SelectedVisits> {
  const found: SelectedVisit[] = [];
  let total = 0;
  for (const change of [boardLists.expired(), boardLists.within(today(), 90)]) {
    const narrowed = narrowFilter(filter, change);
    if (narrowed === null) continue;
    const part = await listed(store, { from: 'list', text: '', filter: narrowed });
    total += part.total;
    found.push(...part.visits);
  }
  return { visits: found.slice(0, MOST_AT_ONCE), total, without: 0, several: 0 };
}

async function lapsing(store: StoreCaller, filter: Filter): Promise<SelectedVisits> {
  const { items } = await askStore(store, 'boards.lapse-list', { filter });
  const visits = items.map(({ item, probability, reasons }) => ({
    item,
    reason: {
      kind: 'lapse' as const,
      day: item.validity.validTo,
      probability,
      // What speaks for it; what speaks against it sends nobody anywhere.
      features: reasons.filter(({ weight }) => weight > 0).map(({ feature }) => feature),
    },
  }));
  return { visits, total: visits.length, without: 0, several: 0 };
}

async function batched(
  { store, batchRows }: Parts,
  { batch, verdicts }: Extract<VisitSelection, { from: 'batch' }>,
): Promise<SelectedVisits> {
  const visits: SelectedVisit[] = [];
  let without = 0;
  let several = 0;
  let total = 0;
  for (let offset = 0; offset < MOST_AT_ONCE; offset += PAGE) {
    const limit = Math.min(PAGE, MOST_AT_ONCE - offset);
    const page = await batchRows({ batch, verdicts, offset, limit });
    total = page.total;
    const items = await itemsOf(store, page.rows);
    for (const { certificateId, found, line, verdict } of page.rows) {
      const item = certificateId === null ? undefined : items.get(certificateId);
      if (certificateId === null && found > 1) several++;
      else if (item === undefined) without++;
      else visits.push({ item, reason: { kind: 'batch', line, verdict } });
    }
    if (page.rows.length < limit) break;
  }
  return { visits, total, without, several };
}

const onlyId = ({ id }: CertificateItem) => ({ certificateId: id });

/** Asked for as one list: opened one by one, 500 records would stand in the log as 500 views, which is an alert. */
async function itemsOf(
  store: StoreCaller,
  rows: readonly { readonly certificateId: number | null }[],
): Promise<ReadonlyMap<number, CertificateItem>> {
  const ids = new Set(
    rows.flatMap(({ certificateId }) => (certificateId === null ? [] : [certificateId])),
  );
  if (ids.size === 0) return new Map();
  const filter: Filter = { certificates: [...ids] };
  const { items } = await askStore(store, 'search.query', {
    text: '',
    filter,
    offset: 0,
    limit: PAGE,
  });
  return new Map(items.map((item) => [item.id, item]));
}

/** What a certificate's own state says: its status, and the day that decides. */
export function statusReason({ validity }: CertificateItem): VisitReason {
  const { status, deciding, validTo, reviewDue } = validity;
  const day = deciding === 'base' ? null : deciding === 'review' ? reviewDue : validTo;
  return { kind: 'status', status, day };
}
