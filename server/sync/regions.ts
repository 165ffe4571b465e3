import { randomBytes } from 'node:crypto';
import { base32FromBytes } from '../../shared/kernel/codecs';
import { type LeafOf, leavesOf } from '../ingest/leaves';
import type { KeyProvider } from '../keys/key-provider';
import {
  newRegionKeys,
  packRegionKeys,
  type RegionKeySet,
  unpackRegionKeys,
} from '../keys/region-keys';
import { keepFirstEpoch, listKeyEpochs } from '../store/region-keys';
import { createSlice, findSlice } from '../store/slices';
import type { SqlClient, SqlRunner } from '../store/sql-client';

/** A region as the server works with it. */
export interface Region {
  /** Prefecture code, four digits. */
  readonly code: string;
  /** The same as a number. */
  readonly slice: number;
  /** The newest: what is sealed from now on is sealed under it. */
  readonly keys: RegionKeySet;
  readonly leafOf: LeafOf;
}

const contextOf = (slice: number, keyEpoch: number): string => `slice ${slice} keys ${keyEpoch}`;

/** The regions of this installation, their keys unwrapped once an epoch. */
export class Regions {
  private readonly known = new Map<number, Region>();

  constructor(
    private readonly client: SqlClient,
    private readonly keys: KeyProvider,
  ) {}

  /** An existing region, or undefined. Asked of the database each time: another process may have changed the keys. */
  async find(slice: number): Promise<Region | undefined> {
    const record = await findSlice(this.client, slice);
    if (record === undefined) return undefined;
    const known = this.known.get(slice);
    if (known?.keys.keyEpoch === record.keyEpoch) return known;
    const keys = this.unwrap(slice, record.keyEpoch, record.keys);
    const region: Region = { code: String(slice), slice, keys, leafOf: leavesOf(keys.digestTag) };
    this.known.set(slice, region);
    return region;
  }

  /** The keys of every epoch that is in force, the oldest first. */
  async inForce(slice: number): Promise<readonly RegionKeySet[]> {
    const epochs = await listKeyEpochs(this.client, slice);
    return epochs.flatMap(({ keyEpoch, keys }) =>
      keys === null ? [] : [this.unwrap(slice, keyEpoch, keys)],
    );
  }

  /** The keys of one epoch; undefined where they were destroyed or never were. */
  async keysOf(slice: number, keyEpoch: number): Promise<RegionKeySet | undefined> {
    const newest = await this.find(slice);
    if (newest?.keys.keyEpoch === keyEpoch) return newest.keys;
    return (await this.inForce(slice)).find((keys) => keys.keyEpoch === keyEpoch);
  }

  /** The region, made with keys and an epoch of its own when it is new. Throws RangeError on a code that is no prefecture. */
  async open(code: string): Promise<Region> {
    if (!/^[1-9]\d{3}$/.test(code)) throw new RangeError(`region ${code}: four digits`);
    const slice = Number(code);
    const keys = newRegionKeys(1);
    await this.client.transaction(async (runner) => {
      await createSlice(runner, {
        code: slice,
        epoch: base32FromBytes(randomBytes(10)),
        keyEpoch: keys.keyEpoch,
        keys: this.wrap(slice, keys),
      });
      await keepFirstEpoch(runner, slice, Date.now());
    });
    return (await this.find(slice)) as Region;
  }

  /**
   * The keys that follow the newest ones, as the transaction sees them: a new transport pair; the digest tag stays, so
   * that what was proven equal goes on to be.
   */
  async next(
    runner: SqlRunner,
    slice: number,
  ): Promise<{ readonly keyEpoch: number; readonly wrapped: Uint8Array }> {
    const record = await findSlice(runner, slice);
    if (record === undefined) throw new RangeError(`no region ${slice}`);
    const { digestTag } = this.unwrap(slice, record.keyEpoch, record.keys);
    const keys = { ...newRegionKeys(record.keyEpoch + 1), digestTag };
    return { keyEpoch: keys.keyEpoch, wrapped: this.wrap(slice, keys) };
  }

  private wrap(slice: number, keys: RegionKeySet): Uint8Array {
    return this.keys.wrap(packRegionKeys(keys), contextOf(slice, keys.keyEpoch));
  }

  private unwrap(slice: number, keyEpoch: number, wrapped: Uint8Array): RegionKeySet {
    return unpackRegionKeys(keyEpoch, this.keys.unwrap(wrapped, contextOf(slice, keyEpoch)));
  }
}
