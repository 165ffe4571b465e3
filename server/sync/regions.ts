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
import { createSlice, findSlice } from '../store/slices';
import type { SqlClient } from '../store/sql-client';

/** A region as the server works with it. */
export interface Region {
  /** Prefecture code, four digits. */
  readonly code: string;
  /** The same as a number. */
  readonly slice: number;
  readonly keys: RegionKeySet;
  readonly leafOf: LeafOf;
}

const contextOf = (slice: number, keyEpoch: number): string => `slice ${slice} keys ${keyEpoch}`;

/** The regions of this installation, their keys unwrapped once. */
export class Regions {
  private readonly known = new Map<number, Region>();

  constructor(
    private readonly client: SqlClient,
    private readonly keys: KeyProvider,
  ) {}

  /** An existing region, or undefined. */
  async find(slice: number): Promise<Region | undefined> {
    const known = this.known.get(slice);
    if (known !== undefined) return known;
    const record = await findSlice(this.client, slice);
    if (record === undefined) return undefined;
    const bytes = this.keys.unwrap(record.keys, contextOf(slice, record.keyEpoch));
    const keys = unpackRegionKeys(record.keyEpoch, bytes);
    const region: Region = { code: String(slice), slice, keys, leafOf: leavesOf(keys.digestTag) };
    this.known.set(slice, region);
    return region;
  }

  /** The region, made with keys and an epoch of its own when it is new. Throws RangeError on a code that is no prefecture. */
  async open(code: string): Promise<Region> {
    if (!/^[1-9]\d{3}$/.test(code)) throw new RangeError(`region ${code}: four digits`);
    const slice = Number(code);
    const keys = newRegionKeys(1);
    const wrapped = this.keys.wrap(packRegionKeys(keys), contextOf(slice, keys.keyEpoch));
    await createSlice(this.client, {
      code: slice,
      epoch: base32FromBytes(randomBytes(10)),
      keyEpoch: keys.keyEpoch,
      keys: wrapped,
    });
    return (await this.find(slice)) as Region;
  }
}
