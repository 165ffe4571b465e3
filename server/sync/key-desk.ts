import { MAX_KEY_EPOCHS } from '../../shared/protocol/region-keys';
import { renewAttachments } from '../attachments/attachments';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import { holdManifests, latestManifest } from '../store/manifests';
import {
  beginKeyEpoch,
  type DeviceKeysRecord,
  destroyEpochsBelow,
  deviceKeys,
  epochsInForce,
  forgetAttachmentsBelow,
  forgetObjectsBelow,
  forgetTiersBelow,
  type KeyEpochRecord,
  listKeyEpochs,
} from '../store/region-keys';
import { listSlices } from '../store/slices';
import type { ManifestParts } from './manifest-parts';
import { keyEpochOf, republishIn } from './manifests';
import type { Region, Regions } from './regions';

const DAY_MS = 86_400_000;
/**
 * How long former keys stay by themselves. A lease ends after 30 days without contact, so a device that works has asked
 * for the new ones by then; a day of download and some margin go on top.
 */
export const FORMER_KEYS_MS = 35 * DAY_MS;

/** How often attachments that came in meanwhile are sealed anew before the keys stay. */
const MOST_ROUNDS = 3;
/** What the record says of keys that nobody had to take away. */
const TERM: KeyChange = { by: 'central', reason: 'term' };

/** Undoes a transaction. */
class MoreCame extends Error {}

/** Who changes keys, and why: kept with the epoch. */
export interface KeyChange {
  readonly by: string;
  readonly reason: string;
}

/** Former keys go although devices may need them, or although attachments under them cannot be opened. */
export interface RetireHow {
  readonly isNow?: boolean;
  readonly isDespiteLost?: boolean;
}

/** How a region's keys stand. */
export interface KeyStanding {
  readonly region: string;
  /** All epochs, the oldest first; which of them are there still. */
  readonly epochs: readonly (Omit<KeyEpochRecord, 'keys'> & { readonly isInForce: boolean })[];
  readonly devices: number;
  /** Devices that may work and have not said that they hold the newest. */
  readonly missing: readonly Pick<DeviceKeysRecord, 'device' | 'office' | 'keyEpoch' | 'seenMs'>[];
  /** When former keys go by themselves, UTC ms; null: there are none. */
  readonly formerUntilMs: number | null;
}

/** What a change of keys did. */
export interface BegunKeys {
  readonly keyEpoch: number;
  /** False: the epoch had begun before and was not published yet, which is done now. */
  readonly isNew: boolean;
  readonly standing: KeyStanding;
}

/** What became of former keys. */
export interface RetiredKeys {
  readonly destroyed: readonly number[];
  readonly attachments: number;
  readonly objects: number;
}

/** Changes of a region's keys: a new transport pair, and the end of the ones before it. */
export class KeyDesk {
  constructor(
    private readonly parts: ManifestParts & { readonly regions: Regions },
    /** Publishes a region as it is now, under its newest keys. */
    private readonly snapshot: (region: string) => Promise<unknown>,
  ) {}

  /** How the keys of a region stand. Throws RangeError for a region that is not there. */
  async standing(code: string): Promise<KeyStanding> {
    const { slice, keys } = await this.region(code);
    const { client } = this.parts;
    const epochs = await listKeyEpochs(client, slice);
    const devices = await deviceKeys(client, slice);
    const begunMs = epochs.at(-1)?.begunMs ?? 0;
    const hasFormer = epochs.filter((one) => one.keys !== null).length > 1;
    return {
      region: code,
      epochs: epochs.map(({ keys: wrapped, ...epoch }) => ({
        ...epoch,
        isInForce: wrapped !== null,
      })),
      devices: devices.length,
      // Who enrolled since then got the newest with it.
      missing: devices
        .filter(
          ({ keyEpoch, enrolledMs }) => (keyEpoch ?? 1) < keys.keyEpoch && enrolledMs <= begunMs,
        )
        .map(({ device, office, keyEpoch, seenMs }) => ({ device, office, keyEpoch, seenMs })),
      formerUntilMs: hasFormer ? begunMs + FORMER_KEYS_MS : null,
    };
  }

  /**
   * Begins a new epoch and publishes the region under it. A change that was broken off before it was published is
   * finished instead. Throws RangeError for a region that is not there, and where too many epochs are in force.
   */
  async rotate(
    code: string,
    { by, reason }: KeyChange,
    agreed: Agreed | null = null,
  ): Promise<BegunKeys> {
    const { client, regions, nowMs } = this.parts;
    await demandTwo(client, 'new keys of a region', agreed);
    const before = await this.region(code);
    const isPublished = await this.isPublished(before);
    if (isPublished)
      await client.transaction(async (runner) => {
        await holdManifests(runner, before.slice);
        const inForce = await epochsInForce(runner, before.slice);
        if (inForce.length >= MAX_KEY_EPOCHS)
          throw new RangeError(
            `${inForce.length} epochs of keys are in force: retire the former ones first`,
          );
        const { keyEpoch, wrapped } = await regions.next(runner, before.slice);
        if (keyEpoch !== before.keys.keyEpoch + 1)
          throw new RangeError('somebody else has just changed the keys of this region');
        const begun = { keyEpoch, keys: wrapped, by, reason };
        await beginKeyEpoch(runner, before.slice, begun, nowMs());
      });
    await this.snapshot(code);
    const standing = await this.standing(code);
    const { keys } = await this.region(code);
    return { keyEpoch: keys.keyEpoch, isNew: isPublished, standing };
  }

  /**
   * Destroys every epoch before the newest, with what lies under them. Attachments are sealed anew first; then keys,
   * objects and the list go in one step, so that whatever breaks it off, it was done or can be repeated. Throws RangeError
   * while devices may still need them (`isNow` takes that into account), and where attachments cannot be opened
   * (`isDespiteLost`).
   */
  async retire(
    code: string,
    change: KeyChange,
    how: RetireHow = {},
    agreed: Agreed | null = null,
  ): Promise<RetiredKeys> {
    await demandTwo(this.parts.client, 'the end of former keys of a region', agreed);
    return this.end(code, change, how);
  }

  private async end(
    code: string,
    { by, reason }: KeyChange,
    { isNow = false, isDespiteLost = false }: RetireHow,
  ): Promise<RetiredKeys> {
    const { objects, nowMs } = this.parts;
    const region = await this.region(code);
    const { keys } = region;
    const { missing, formerUntilMs } = await this.standing(code);
    if (formerUntilMs === null) return { destroyed: [], attachments: 0, objects: 0 };
    if (!isNow && missing.length > 0 && nowMs() < formerUntilMs)
      throw new RangeError(
        `${missing.length} devices have not said that they hold keys ${keys.keyEpoch}: ${missing
          .map(({ device }) => device)
          .slice(0, 10)
          .join(
            ', ',
          )}; former keys go by themselves on ${new Date(formerUntilMs).toISOString().slice(0, 10)}`,
      );
    if (!(await this.isPublished(region))) await this.snapshot(code);
    let attachments = 0;
    for (let round = 1; ; round++) {
      const { renewed, lost } = await renewAttachments(this.parts, region);
      attachments += renewed;
      if (lost.size > 0 && !isDespiteLost)
        throw new RangeError(
          `${lost.size} attachments under former keys cannot be read from the object store; nothing was destroyed`,
        );
      const gone = await this.destroy(region, { by, reason }, lost);
      if (gone !== undefined) {
        for (const name of [...gone.objects, ...gone.pictures]) await objects.remove(name);
        return { destroyed: gone.destroyed, attachments, objects: gone.objects.length };
      }
      if (round === MOST_ROUNDS)
        throw new RangeError(
          'attachments under former keys go on coming in; nothing was destroyed, try again later',
        );
    }
  }

  /** All of it or nothing; undefined: attachments came in under former keys meanwhile. */
  private async destroy(region: Region, why: KeyChange, lost: ReadonlySet<string>) {
    const { client, nowMs } = this.parts;
    const { slice, keys } = region;
    try {
      return await client.transaction(async (runner) => {
        // Builders wait at this lock, and find the keys gone.
        await holdManifests(runner, slice);
        const last = await latestManifest(runner, slice);
        if (last !== undefined && keyEpochOf(last) < keys.keyEpoch)
          throw new RangeError('a snapshot under former keys was published meanwhile: try again');
        const destroyed = await destroyEpochsBelow(runner, slice, keys.keyEpoch, {
          ...why,
          nowMs: nowMs(),
        });
        const pictures = await forgetAttachmentsBelow(runner, slice, keys.keyEpoch);
        if (pictures.some((one) => !lost.has(one))) throw new MoreCame();
        await forgetTiersBelow(runner, slice, keys.keyEpoch);
        const forgotten = await forgetObjectsBelow(runner, slice, keys.keyEpoch);
        await republishIn(runner, this.parts, region);
        return { destroyed, objects: forgotten, pictures };
      });
    } catch (error) {
      if (error instanceof MoreCame) return undefined;
      throw error;
    }
  }

  /** Destroys what has outlived its term; told line by line. What fails is tried again with the next round. */
  async retireDue(log: (line: string) => void): Promise<void> {
    for (const slice of await listSlices(this.parts.client)) {
      const code = String(slice);
      try {
        const { formerUntilMs } = await this.standing(code);
        if (formerUntilMs === null || this.parts.nowMs() < formerUntilMs) continue;
        const { destroyed } = await this.end(code, TERM, {});
        log(`region ${code}: former keys ${destroyed.join(', ')} destroyed after their term`);
      } catch (error) {
        log(`region ${code}: former keys stay: ${String(error)}`);
      }
    }
  }

  /** A region without a snapshot has nothing that could lie under other keys. */
  private async isPublished({ slice, keys }: Region): Promise<boolean> {
    const last = await latestManifest(this.parts.client, slice);
    return last === undefined || keyEpochOf(last) >= keys.keyEpoch;
  }

  private async region(code: string): Promise<Region> {
    const region = await this.parts.regions.find(Number(code));
    if (region === undefined) throw new RangeError(`no region ${code} here: seed it first`);
    return region;
  }
}
