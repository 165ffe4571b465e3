import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { SheetFacts } from '../../../jobs/package/pdf/sheet-schema';
import { askStore } from '../../clients/ask-store';
import type { StoreCaller } from '../../clients/store-client';
import { nextTraceId } from '../exports/trace-id';
import type { NowMs } from '../ports';
import type { SyncService } from '../sync/sync';
import type { OpenSession, SessionHolder } from '../unlock/session';

/** What every document about records needs. */
export interface PaperParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly nowMs: NowMs;
  readonly sync: Pick<SyncService, 'asOf' | 'status'>;
  /** Asks where the document goes; null when the person closed the dialog. */
  chooseTarget(name: string): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  watermark(): string;
  /** Throws EMERGENCY_LEVEL where nothing of people's data leaves the device. */
  demandLeaving(): void;
}

type Shown = NonNullable<RouteOutput<'records.certificate'>['record']>;

/** One record as its page shows it: the store checks role and scope, and logs the look. Null for what is not here any more. */
export async function readShownRecord(store: StoreCaller, id: number): Promise<Shown | null> {
  return (await askStore(store, 'records.certificate', { id })).record;
}

/** A document that is about to be written: its place, and what stands on each of its pages. */
export interface Paper {
  readonly path: string;
  readonly facts: SheetFacts & { readonly traceId: string };
}

/** Numbers a document and asks for its place; null when the person closed the dialog. Throws SLICE_EMPTY, EMERGENCY_LEVEL, and LOCKED where the session ended meanwhile. */
export async function beginPaper(
  { store, sessions, nowMs, sync, chooseTarget, watermark, demandLeaving }: PaperParts,
  session: OpenSession,
): Promise<Paper | null> {
  if ((await sync.asOf()) === null) throw new AppError('SLICE_EMPTY');
  const traceId = await nextTraceId(store, nowMs());
  const path = await chooseTarget(`${traceId}.pdf`);
  if (path === null) return null;
  if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
  // The dialog may have been open for hours: what is printed is of now, and may not be printed any more.
  demandLeaving();
  const dataAsOfMs = await sync.asOf();
  if (dataAsOfMs === null) throw new AppError('SLICE_EMPTY');
  const { isStale } = await sync.status();
  const createdAtMs = nowMs();
  const { view, office } = session;
  return {
    path,
    facts: {
      traceId,
      office: office.office.name,
      requester: `${view.name} ${view.badge}`,
      createdAtMs,
      dataAsOfMs,
      isStale,
      marks: { watermark: watermark(), traceId, isPractice: office.isPractice },
    },
  };
}
