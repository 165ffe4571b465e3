import { existsSync, rmSync } from 'node:fs';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { TransportRing } from '../../crypto/transport-ring';
import type { WritableDb } from '../database';
import { openCurrent } from '../migrations/open-current';
import { checkFile, isCurrent } from '../migrations/run';
import { openWritable } from '../sqlcipher';
import { type LoadIdentity, SliceFill } from './fill';
import { FACTS, readFact, writeFact } from './state';

/**
 * Page cache while loading. Rows come in the order of their keys, so that it holds little that is read again; an index
 * reads its table once, whether it is here or not where there are a million rows.
 */
export const LOAD_CACHE_MB = 32;
/** Pages between moves of the log into the file; 64 MiB. */
const LOAD_WAL_PAGES = 16_384;

export function removeDatabase(path: string): void {
  rmSync(path, { force: true });
  removeLogs(path);
}

/** What lies beside a file that is closed, and would be read into another in its place. */
export function removeLogs(path: string): void {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
}

/** A first load into a file beside the present slice. */
export class SliceLoader extends SliceFill {
  /** Goes on with a left-over file of the same manifest, or begins a new one. `giveWay` is called every few rows. */
  static begin(
    path: string,
    key: Uint8Array,
    transportKeys: TransportRing,
    identity: LoadIdentity,
    giveWay: () => void,
  ): SliceLoader {
    const left = SliceLoader.reopen(path, key, identity);
    if (left !== undefined) return new SliceLoader(left, transportKeys, identity, giveWay);
    removeDatabase(path);
    const db = openCurrent({
      kind: 'slice',
      path,
      key,
      isNew: true,
      isDurable: false,
      cacheMb: LOAD_CACHE_MB,
    });
    db.setWalPages(LOAD_WAL_PAGES);
    writeFact(db, FACTS.load, identity);
    return new SliceLoader(db, transportKeys, identity, giveWay);
  }

  private static reopen(
    path: string,
    key: Uint8Array,
    identity: LoadIdentity,
  ): WritableDb | undefined {
    if (!existsSync(path)) return undefined;
    let db: WritableDb | undefined;
    try {
      db = openWritable({ path, key, mayCreate: false, isDurable: false, cacheMb: LOAD_CACHE_MB });
      checkFile(db, 'slice');
      // One of an older schema is not worth upgrading.
      if (!isCurrent(db, 'slice')) throw new Error('older schema');
      if (canonicalJson(readFact(db, FACTS.load)) === canonicalJson(identity)) {
        db.setWalPages(LOAD_WAL_PAGES);
        return db;
      }
    } catch {
      // Whatever is wrong with a left-over: it is thrown away, everything in it can be fetched again.
    }
    db?.close();
    return undefined;
  }

  /** Closes the file so that it can be moved: the log is folded in. */
  close(): void {
    this.db.checkpoint();
    this.db.close();
  }
}
