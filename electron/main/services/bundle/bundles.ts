import { randomUUID } from 'node:crypto';
import { wholeUpTo } from '../../../../shared/domain/sync/whole-up-to';
import { AppError } from '../../../../shared/errors/app-error';
import type { BundlePreview } from '../../../../shared/ipc/routes/bundle';
import type { BundleContents } from '../../../../shared/protocol/bundle';
import { ManifestSchema } from '../../../../shared/protocol/manifest';
import type { HighestSeen } from '../../../platform/clock';
import type { StoreCaller } from '../../clients/store-client';
import type { StickPictures } from '../attachments/stick-pictures';
import { type ControlNews, ownDirectives } from '../control/ask-control';
import type { ControlService } from '../control/control-service';
import type { EvidenceService } from '../evidence/evidence';
import type { OutboxService } from '../outbox/outbox';
import type { EventSink, ServiceLog } from '../ports';
import { readReached } from '../sync/reached';
import { readWanted } from '../sync/repair/wanted';
import { MANIFEST_FACT } from '../sync/run/manifests';
import { isDiffering as isSliceDiffering } from '../sync/status';
import type { SyncService } from '../sync/sync';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import { statementsInForce } from '../unlock/statements';
import type { SessionListener } from '../unlock/unlock';
import { findBundle } from './find-volumes';
import { type BundleFit, fitOf } from './fit';
import { OpenedBundle } from './opened-bundle';
import type { StickGrants } from './stick-grants';
import type { StickNational } from './stick-national';
import { StickTransport } from './stick-transport';

export interface BundleParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly control: Pick<ControlService, 'take'>;
  readonly outbox: Pick<OutboxService, 'takeAnswer'>;
  readonly sync: Pick<SyncService, 'runFrom' | 'cancel' | 'asOf'>;
  readonly pictures: Pick<StickPictures, 'take'>;
  readonly national: StickNational;
  readonly grants: Pick<StickGrants, 'look' | 'takeStandings' | 'takeRows'>;
  readonly evidence: Pick<EvidenceService, 'judged'>;
  isEmergency(): boolean;
  office(): OfficeFile;
  /** A file of a bundle that the person picks; null: none. */
  chooseFile(): Promise<string | null>;
  saveEndpoints(endpoints: readonly string[]): Promise<void>;
}

/** How an import ended. */
export interface Imported {
  readonly outcome: 'applied' | 'cancelled' | 'locked';
  readonly rows: number;
  readonly asOfMs: number | null;
  /** Pictures that were kept, and those for which there was no room. */
  readonly pictures: number;
  readonly picturesLeft: number;
  /** Grants whose rows were loaded. */
  readonly grants: number;
}
const NOTHING_MORE = { pictures: 0, picturesLeft: 0, grants: 0 } as const;

interface Chosen {
  readonly handle: string;
  readonly bundle: OpenedBundle;
  readonly orders: Pick<ControlNews, 'directives' | 'refused'>;
  /** The device's own statements are not newer. */
  readonly bringsStatements: boolean;
  readonly fit: BundleFit;
}

/** Bundles that come in by a stick: checked to the last byte, shown, and then applied by the same run as the line's. */
export class BundleService implements SessionListener {
  private chosen: Chosen | null = null;
  private checking: AbortController | null = null;
  private taking: AbortController | null = null;
  /** The chosen one is being read from: another is chosen afterwards. */
  private isApplying = false;

  constructor(private readonly parts: BundleParts) {}

  async opened(): Promise<void> {
    this.forget();
  }

  /** Never waits for an import: an order of the bundle itself may be what ends the session. */
  async closing(): Promise<void> {
    this.checking?.abort();
    this.taking?.abort();
    this.forget();
  }

  /**
   * Asks for a file, checks all of its bundle and says what it brings; null: the person chose none. Throws BUNDLE codes,
   * BUSY while one is applied.
   */
  async choose(): Promise<BundlePreview | null> {
    const { sessions, chooseFile } = this.parts;
    const session = sessions.demand();
    this.demandReady(session);
    if (this.isApplying) throw new AppError('BUSY');
    const path = await chooseFile();
    if (path === null) return null;
    // It may have been begun while the dialog was open.
    if (this.isApplying) throw new AppError('BUSY');
    this.forget();
    this.checking?.abort();
    const abort = new AbortController();
    this.checking = abort;
    try {
      return await this.check(path, session, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) throw new AppError('CANCELLED');
      throw error;
    } finally {
      if (this.checking === abort) this.checking = null;
    }
  }

  /** Applies the chosen bundle. Throws BUNDLE codes and those of synchronisation, BUSY while one is applied. */
  async apply(handle: string): Promise<Imported> {
    if (this.isApplying) throw new AppError('BUSY');
    const { chosen } = this;
    if (chosen === null || chosen.handle !== handle)
      throw new AppError('BUNDLE_GONE', { name: '' }, 'no such handle');
    this.isApplying = true;
    try {
      return await this.applyChosen(chosen);
    } finally {
      this.isApplying = false;
    }
  }

  private async applyChosen(chosen: Chosen): Promise<Imported> {
    const { sessions, control, outbox, evidence, sync, store, log, saveEndpoints } = this.parts;
    const session = sessions.demand();
    this.demandReady(session);
    const { bundle, orders, bringsStatements, fit } = chosen;
    // Orders before data: neither a lock nor a wipe waits for a load.
    if (orders.directives.length + orders.refused.length > 0) await control.take(orders);
    if (sessions.current !== session)
      return { outcome: 'locked', rows: 0, asOfMs: null, ...NOTHING_MORE };
    const { answer, endpoints } = bundle.contents;
    if (answer !== null)
      await outbox.takeAnswer(answer).catch((error: unknown) => {
        // Data never wait for what goes up.
        log.warn('verdicts of a bundle not taken', { detail: String(error) });
      });
    await evidence.judged(bundle.contents.evidence ?? []);
    if (endpoints.length > 0) await saveEndpoints(endpoints);
    // What was taken back is destroyed before a long load begins.
    await this.parts.grants.takeStandings(bundle);
    const transport = new StickTransport(
      bundle,
      async () => {
        const { cursor, checkpoint } = await store.call('state', {});
        return cursor === null
          ? { at: 0, whole: 0 }
          : { at: cursor.rseq, whole: wholeUpTo(cursor, checkpoint) };
      },
      bringsStatements,
    );
    // Data that are here already may have been proven later than the stick was made: that is not taken back.
    const isHere = fit === 'applied' && !bringsStatements && bundle.contents.moves === undefined;
    const { failure, rows } = isHere
      ? { failure: null, rows: 0 }
      : await sync.runFrom(transport, { isMending: fit === 'mends' });
    if (failure !== null && failure.code !== 'CANCELLED') throw failure;
    const asOfMs = await sync.asOf();
    if (failure !== null) return { outcome: 'cancelled', rows, asOfMs, ...NOTHING_MORE };
    await this.parts.national.take(bundle);
    const more = await this.takeMore(bundle);
    if (more === null) return { outcome: 'cancelled', rows, asOfMs, ...NOTHING_MORE };
    this.forget();
    return { outcome: 'applied', rows, asOfMs, ...more };
  }

  /** Rows of grants, and pictures. Null: the person stopped it; what was kept stays, and the next import goes on. */
  private async takeMore(
    bundle: OpenedBundle,
  ): Promise<Pick<Imported, 'pictures' | 'picturesLeft' | 'grants'> | null> {
    const abort = new AbortController();
    this.taking = abort;
    try {
      const grants = await this.parts.grants.takeRows(bundle, abort.signal);
      const entries = bundle.contents.pictures ?? [];
      const { kept, left } = await this.parts.pictures.take(
        entries,
        (entry) => bundle.readPicture(entry),
        abort.signal,
      );
      return { pictures: kept, picturesLeft: left, grants };
    } catch (error) {
      if (abort.signal.aborted) return null;
      throw error;
    } finally {
      if (this.taking === abort) this.taking = null;
    }
  }

  /** Ends what runs; nothing that was applied is lost. */
  async cancel(): Promise<void> {
    if (this.checking !== null) this.checking.abort();
    else if (this.taking !== null) this.taking.abort();
    else await this.parts.sync.cancel();
  }

  private demandReady(session: OpenSession): void {
    if (this.parts.isEmergency()) throw new AppError('FORBIDDEN', {}, 'emergency reader');
    if (!session.keys.has('deviceBox')) throw new AppError('FORBIDDEN', {}, 'no box key');
  }

  private async check(
    path: string,
    session: OpenSession,
    signal: AbortSignal,
  ): Promise<BundlePreview> {
    const { store, events } = this.parts;
    const office = this.parts.office();
    const checks = new StatementChecks(office.ca, office.statementCertificate);
    const found = await findBundle(path, office, checks);
    const totalBytes = found.index.volumes.reduce((sum, { bytes }) => sum + bytes, 0);
    let doneBytes = 0;
    const boxKey = session.keys.copy('deviceBox');
    let bundle: OpenedBundle;
    try {
      bundle = await OpenedBundle.open(found, boxKey, signal, (bytes) => {
        doneBytes += bytes;
        events.emit('bundle.checked', { doneBytes, totalBytes });
      });
    } finally {
      boxKey.fill(0);
    }
    try {
      const { index, contents } = bundle;
      const state = await store.call('state', {});
      const manifest = await checks.openTimeless(contents.manifest, ManifestSchema);
      if (!manifest.ok) throw new AppError('SYNC_SIGNATURE_BAD', {}, 'manifest of a bundle');
      const { issuedMs, base } = manifest.value;
      const seenMs = Number(await store.call('factGet', { name: MANIFEST_FACT }));
      const isDiffering = isSliceDiffering(state, await readWanted(store));
      const offered = { issuedMs, baseRseq: base.rseq };
      const reached = await readReached(store);
      const haveMs = await this.parts.sync.asOf();
      const fit = fitOf(index, { ...state, isDiffering, asOfMs: haveMs }, offered, seenMs, reached);
      const orders = await ownDirectives(checks, office, contents.directives);
      const { directives } = orders;
      const leaseUntilMs = await this.newerLease(office, checks, contents);
      const nationalDay = await this.parts.national.look(bundle);
      const otherRegions = await this.parts.grants.look(bundle, signal);
      signal.throwIfAborted();
      const handle = randomUUID();
      const bringsStatements = leaseUntilMs !== null;
      this.chosen = { handle, bundle, orders, bringsStatements, fit };
      const pictures = contents.pictures ?? [];
      return {
        handle,
        fit,
        issuedMs: index.issuedMs,
        haveMs,
        bytes: bundle.bytes,
        volumes: index.volumes.length,
        rows: fit === 'first' || fit === 'mends' ? contents.rows : 0,
        counts: contents.counts,
        from: index.from,
        to: index.to,
        have: state.cursor?.rseq ?? null,
        directives: directives.map(({ kind, reason, issuedMs: atMs }) => ({
          kind,
          reason,
          issuedMs: atMs,
        })),
        leaseUntilMs,
        verdicts: contents.answer?.verdicts.length ?? 0,
        pictures: pictures.length,
        pictureBytes: pictures.reduce((sum, { bytes }) => sum + bytes, 0),
        nationalDay,
        otherRegions,
      };
    } catch (error) {
      bundle.close();
      throw error;
    }
  }

  /** End of the bundle's lease where it is later than the one that is here; null otherwise. */
  private async newerLease(
    office: OfficeFile,
    checks: StatementChecks,
    { statements }: BundleContents,
  ): Promise<number | null> {
    const nowMs = this.parts.clock.highestMs();
    const [here, there] = await Promise.all([
      statementsInForce(office, checks, nowMs),
      statementsInForce({ ...office, statements }, checks, nowMs),
    ]);
    const isNewer = (there.lease?.issuedMs ?? 0) > (here.lease?.issuedMs ?? 0);
    return isNewer ? (there.lease?.expiresMs ?? null) : null;
  }

  private forget(): void {
    this.chosen?.bundle.close();
    this.chosen = null;
  }
}
