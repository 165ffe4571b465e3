import { AppError } from '../../../../shared/errors/app-error';
import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { fileFor, offerOf } from '../../../../shared/protocol/release-offer';
import { releaseCrypto } from '../../../crypto/release-signature';
import { checkReleases } from './check-releases';
import { fetchFile } from './fetch-file';
import { findReuse } from './find-reuse';
import { refusalOf } from './refusal';
import { FolderSource, type ReleaseSource } from './release-source';
import {
  type Found,
  NOWHERE,
  type UpdateParts,
  type UpdateState,
  type UpdateSupply,
} from './update-parts';
import { statusOf } from './update-status';

/** Pages hear of arriving bytes so often at most. */
const TELL_EVERY_MS = 250;
/** Shorter than a day, so that the next night's time tries again. */
const TRY_AGAIN_MS = 20 * 3_600_000;

/**
 * New versions of the program: found, fetched in the background, verified, and put in place when the program ends.
 * One thing at a time; what fails is told in the status and costs nothing that had arrived.
 */
export class Updates implements UpdateState {
  phase: UpdateStatus['phase'] = 'idle';
  found: Found | null = null;
  doneBytes = 0;
  checkedMs: number | null = null;
  refused: UpdateStatus['refused'] = null;
  /** A person stopped this one: it comes only when a person says so, or when it is due. */
  private heldVersion: string | null = null;
  private running: Promise<void> = Promise.resolve();
  private ending: AbortController | null = null;
  /** Where something is being read from now. */
  private reading: ReleaseSource | null = null;
  private telling: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly parts: UpdateParts) {}

  status(): UpdateStatus {
    return statusOf(this.parts, this);
  }

  /**
   * Whether what was found has to be installed now. Its date passes also where no further check gets through: who
   * cuts the line does not put it off.
   */
  get isDue(): boolean {
    return this.found !== null && (this.found.isDue || hasPassed(this.found, this.parts.nowMs()));
  }

  /** Whether there is something that may be fetched without a person's word. */
  get isWanted(): boolean {
    const { found, phase } = this;
    if (found === null || (phase !== 'found' && phase !== 'paused')) return false;
    return this.isDue || found.release.version !== this.heldVersion;
  }

  /** Whether something waits that the program puts in place by itself, and whether that is due. */
  get ready(): 'no' | 'waits' | 'due' {
    if (this.phase !== 'waiting' || this.found === null || this.parts.appImage === null)
      return 'no';
    return this.isDue ? 'due' : 'waits';
  }

  /**
   * Whether the end of a session could not put in place what waits, not long ago: nothing but another try of a person is any
   * use now, and a program that ended itself for it would do so again and again.
   */
  get hasJustFailed(): boolean {
    const { last } = this.parts.history;
    const isThis = last?.outcome === 'refused' && last.to === this.found?.release.version;
    return isThis && this.parts.nowMs() - last.atMs < TRY_AGAIN_MS;
  }

  /**
   * The first window is there: the former program goes, this version counts as one that ran here, and what waited
   * before is looked at again.
   */
  async reachedWindow(): Promise<void> {
    const { supply, history, swap, device, appImage } = this.parts;
    await swap.reachedWindow(appImage);
    const { last } = history;
    if (last?.outcome === 'placed' && last.to === device.version)
      await history.note({ ...last, outcome: 'installed' });
    // The power went before it was in place.
    else if (last?.outcome === 'placed') await history.note({ ...last, outcome: 'refused' });
    else await history.settle();
    if (supply === null) return;
    await supply.memory.keep();
    await supply.pending.handOver(supply.kept).catch((error: unknown) => {
      this.parts.log.warn('package of this version not kept', { detail: String(error) });
    });
    await this.begin('checking', () => this.lookAtWaiting(supply));
  }

  /** Reads the lists of the managed place. What comes of it is in the status. Resolves when it has ended. */
  check(): Promise<void> {
    const { line } = this.demandSupply();
    if (line === null) throw new AppError('UPDATE_NO_RELEASES', {}, 'no place of releases');
    return this.begin('checking', () => this.look(line));
  }

  /** Asks for a folder, reads its lists and brings what is newer. */
  async fromStick(): Promise<{ readonly isChosen: boolean; readonly work: Promise<void> }> {
    this.demandSupply();
    this.demandRest();
    const folder = await this.parts.chooseFolder();
    if (folder === null) return { isChosen: false, work: Promise.resolve() };
    this.demandRest();
    const work = this.begin('checking', async () => {
      if (await this.look(new FolderSource(folder))) await this.bring();
    });
    return { isChosen: true, work };
  }

  /** Fetches what was found, or goes on at the byte where it stopped. Resolves when it has ended. */
  bringFound(): Promise<void> {
    if (this.found === null || this.phase === 'waiting')
      throw new AppError('FORBIDDEN', {}, 'nothing found');
    this.heldVersion = null;
    return this.begin('fetching', () => this.bring());
  }

  /** Resolves when nothing is fetched any more; what has arrived stays. */
  async pause(): Promise<void> {
    this.heldVersion = this.found?.release.version ?? null;
    await this.stop();
  }

  /** Ends what is read over the line, not what comes from a stick. What has arrived stays, and goes on by itself later. */
  async leaveLine(): Promise<void> {
    if (this.reading !== null && this.reading.medium !== 'stick') await this.stop();
  }

  private async stop(): Promise<void> {
    this.ending?.abort();
    await this.running;
  }

  /** Throws away what has arrived or waits; the version can be fetched again. */
  async cancel(): Promise<void> {
    await this.pause();
    await this.demandSupply().pending.discard();
    this.doneBytes = 0;
    if (this.phase === 'paused' || this.phase === 'waiting') this.phase = 'found';
    // Without its lists it cannot be fetched again: what waited was of an earlier session.
    if (this.found?.source === NOWHERE) [this.found, this.phase] = [null, 'idle'];
    this.tell();
  }

  /** Verifies what waits once more and shows it in its folder. Throws UPDATE_REFUSED, UPDATE_FILE_DAMAGED. */
  async show(): Promise<void> {
    const { pending } = this.demandSupply();
    try {
      const waiting = await pending.verified(this.parts.nowMs());
      if (waiting === null) throw new AppError('FORBIDDEN', {}, 'nothing waits');
      this.parts.showFile(waiting.path);
    } catch (error) {
      this.lose(error);
      throw error;
    }
  }

  /**
   * To be called when everything else of the program has ended: keys zeroed, files closed, nothing written any more.
   * Verifies what waits and puts it in place. Returns what is to be started instead of this version; null: nothing new.
   */
  async installAtEnd(): Promise<string | null> {
    await this.stop();
    const { supply, appImage, swap, history, device, log } = this.parts;
    if (supply === null || appImage === null || this.ready === 'no') return null;
    const atMs = this.parts.nowMs();
    const to = this.found?.release.version ?? device.version;
    try {
      const waiting = await supply.pending.verified(atMs);
      if (waiting === null) return null;
      await history.note({ from: device.version, to, atMs, outcome: 'placed' });
      await swap.install(waiting, appImage);
      await supply.pending.discard();
      log.info('update in place', { version: to });
      return appImage;
    } catch (error) {
      log.error('update not put in place', { version: to, detail: String(error) });
      await history.note({ from: device.version, to, atMs, outcome: 'refused' });
      return null;
    }
  }

  /** What waited when the program ended is verified before it is offered again. */
  private async lookAtWaiting({ pending }: UpdateSupply): Promise<void> {
    const update = await pending.verified(this.parts.nowMs()).catch((error: unknown) => {
      // Another way was found to install it, or a newer one: nothing to tell.
      if (!isOlder(error)) this.refuse(error);
      return null;
    });
    if (update === null) return;
    const { release, file } = update;
    if (this.parts.history.hasFailed(release.version)) return pending.discard();
    this.found = { release, file, isDue: false, source: NOWHERE, former: null, text: '' };
    [this.phase, this.doneBytes] = ['waiting', file.bytes];
  }

  /** True when the lists offer something that is not here yet. */
  private async look(source: ReleaseSource): Promise<boolean> {
    this.reading = source;
    const { history, device, nowMs } = this.parts;
    const { memory, pending } = this.demandSupply();
    const { targets, text } = await checkReleases(source, memory, nowMs(), this.signal());
    this.checkedMs = nowMs();
    const releases = targets.releases.filter(({ version }) => !history.hasFailed(version));
    const asking = { ...device, id: history.id, highestVersion: memory.highestVersion };
    const offer = offerOf({ ...targets, releases }, asking, nowMs(), releaseCrypto);
    const before = this.found;
    if (offer === undefined) {
      // A stick of last year says nothing about what the line offered.
      if (before !== null && before.source === source) [this.found, this.doneBytes] = [null, 0];
      return false;
    }
    if (before?.file.sha256 !== offer.file.sha256) {
      if (before !== null) await pending.discard();
      this.doneBytes = 0;
    }
    this.found = { ...offer, source, former: fileFor(targets, device, device.version), text };
    return this.doneBytes < offer.file.bytes;
  }

  private async bring(): Promise<void> {
    const { found } = this;
    if (found === null) return;
    const { pending, kept } = this.demandSupply();
    const { timing, log, appImage: formerPath } = this.parts;
    const { release, file, former, source, text } = found;
    this.reading = source;
    this.phase = 'fetching';
    this.tell();
    const line = { timing, signal: this.signal() };
    const reuse = await findReuse({ source, file, former, formerPath, kept, log }, line);
    await fetchFile(source, file, pending.folder, {
      ...line,
      reuse,
      onWhole: (why) => log.warn('update fetched whole after all', { file: file.name, why }),
      onBytes: (done) => {
        this.doneBytes = done;
        this.tellSometimes();
      },
    });
    await pending.keep(release.version, file, text);
    await pending.verified(this.parts.nowMs());
    [this.phase, this.doneBytes] = ['waiting', file.bytes];
    const reusedBytes = reuse?.reusedBytes ?? 0;
    log.info('update verified', { version: release.version, file: file.name, reusedBytes });
  }

  /** One thing at a time. Throws BUSY. */
  private begin(phase: 'checking' | 'fetching', work: () => Promise<unknown>): Promise<void> {
    this.demandRest();
    const before = this.phase;
    const ending = new AbortController();
    this.ending = ending;
    [this.phase, this.refused] = [phase, null];
    this.tell();
    this.running = work()
      .catch((error: unknown) => {
        if (!ending.signal.aborted) this.refuse(error);
      })
      .then(() => {
        this.ending = null;
        this.reading = null;
        this.phase = this.restingAfter(before, ending.signal.aborted);
        this.tell();
      });
    return this.running;
  }

  private restingAfter(before: UpdateStatus['phase'], isAborted: boolean): UpdateStatus['phase'] {
    if (this.found === null) return 'idle';
    if (this.phase === 'waiting') return 'waiting';
    if (this.phase === 'fetching') return isAborted ? 'paused' : 'found';
    const isStill = before === 'waiting' && this.doneBytes === this.found.file.bytes;
    return isStill ? 'waiting' : before === 'paused' ? 'paused' : 'found';
  }

  private demandRest(): void {
    if (this.ending !== null) throw new AppError('BUSY', {}, 'update');
  }

  private demandSupply(): UpdateSupply {
    const { supply } = this.parts;
    if (supply === null) throw new AppError('FORBIDDEN', {}, 'no release root');
    return supply;
  }

  private signal(): AbortSignal {
    return this.ending?.signal ?? AbortSignal.abort();
  }

  private refuse(error: unknown): void {
    this.refused = refusalOf(error);
    const detail = error instanceof AppError ? (error.detail ?? '') : String(error);
    const { code, reason } = this.refused;
    if (code === 'UPDATE_FILE_DAMAGED') this.doneBytes = 0;
    this.parts.log.warn('update refused', { code, reason: reason ?? '', detail });
  }

  /** What waited was thrown away because it is not what was signed. */
  private lose(error: unknown): void {
    this.refuse(error);
    [this.found, this.phase, this.doneBytes] = [null, 'idle', 0];
    this.tell();
  }

  private tellSometimes(): void {
    // Told afterwards, so that a line that stands still shows the last byte that it brought.
    this.telling ??= setTimeout(() => this.tell(), TELL_EVERY_MS).unref();
  }

  private tell(): void {
    if (this.telling !== null) clearTimeout(this.telling);
    this.telling = null;
    this.parts.events.emit('update.changed', this.status());
  }
}

const hasPassed = ({ release: { mandatoryByMs } }: Found, nowMs: number): boolean =>
  mandatoryByMs !== null && mandatoryByMs <= nowMs;

const isOlder = (error: unknown): boolean =>
  error instanceof AppError && error.params.reason === 'version-older';
