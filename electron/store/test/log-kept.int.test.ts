import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error';
import type { WritableDb } from '../database';
import { openCurrent } from '../migrations/open-current';
import { logMarkOf, readLogMark } from '../pages/log-mark';
import { sql } from '../sql/tag';

const FRAME = 24 + 4096;
const key = randomBytes(32);
let folder: string;
let serial = 0;

const open = (path: string, isNew: boolean) =>
  openCurrent({ kind: 'journal', path, key, isNew, isDurable: true, cacheMb: 4 });
const put = (db: WritableDb, name: string) =>
  db.transaction(() => db.run(sql`insert into fact (name, value) values (${name}, '1')`));
const facts = (db: WritableDb) =>
  db.all(sql`select name from fact where name like 'f%' order by name`).map(([name]) => name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-log-kept-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files as a power cut leaves them, with the log changed. */
function cutOff(path: string, change: (log: Buffer) => Buffer, hasNote = true): string {
  const to = join(folder, `${++serial}.db`);
  cpSync(path, to);
  if (hasNote) cpSync(logMarkOf(path), logMarkOf(to));
  writeFileSync(`${to}-wal`, change(readFileSync(`${path}-wal`)));
  return to;
}

/** What an office that opens such files has; the code where it is refused. */
function opened(path: string): unknown {
  try {
    const db = open(path, false);
    const found = facts(db);
    db.close();
    return found;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a log that a power cut tore', () => {
  let path: string;
  let db: WritableDb;
  /** Frames that were confirmed, and all. */
  let [kept, all] = [0, 0];

  beforeAll(async () => {
    path = join(folder, 'journal.db');
    open(path, true).close();
    db = open(path, false);
    db.keepLog(2_048);
    put(db, 'f1');
    db.withoutDisk(() => put(db, 'f2'));
    await db.reachDisk();
    put(db, 'f3');
    kept = readLogMark(path)?.frames ?? 0;
    for (const name of ['f4', 'f5', 'f6']) db.withoutDisk(() => put(db, name));
    all = (readFileSync(`${path}-wal`).length - 32) / FRAME;
  });
  afterAll(() => db.close());

  const broken = (n: number) => (log: Buffer) => {
    const bytes = Buffer.from(log);
    bytes.fill(0, 32 + n * FRAME, 32 + (n + 1) * FRAME);
    return bytes;
  };

  // Would catch: an office that a power cut locks out although nothing that was confirmed is gone; and confirmed acts that
  // go without a word.
  it('is lost where nobody was told of it, and damage where somebody was', () => {
    expect(kept).toBeGreaterThan(2);
    expect(all).toBeGreaterThan(kept + 2);
    expect(opened(cutOff(path, (log) => log))).toEqual(['f1', 'f2', 'f3', 'f4', 'f5', 'f6']);
    for (let n = 0; n < all; n++) {
      const found = opened(cutOff(path, broken(n)));
      if (n < kept) expect(found).toBe('STORE_CORRUPT');
      else expect(found).toEqual(expect.arrayContaining(['f1', 'f2', 'f3']));
    }
  });

  // Would catch: a log that was cut off between two confirmed commits, which looks like one that never had them.
  it('that ends too early is damage too', () => {
    for (let n = 0; n < all; n++) {
      const found = opened(cutOff(path, (log) => log.subarray(0, 32 + n * FRAME)));
      if (n < kept) expect(found).toBe('STORE_CORRUPT');
      else expect(found).toEqual(expect.arrayContaining(['f1', 'f2', 'f3']));
    }
  });

  // Would catch: acts of an office whose program noted nothing yet, or whose log's header went bad, taken for unconfirmed.
  it('is damage where nothing is known of it', () => {
    expect(opened(cutOff(path, broken(all - 2), false))).toBe('STORE_CORRUPT');
    for (const at of [0, 9, 18, 30]) {
      const header = (log: Buffer) => {
        const bytes = Buffer.from(log);
        bytes[at] = (bytes[at] ?? 0) ^ 2;
        return bytes;
      };
      expect(opened(cutOff(path, header))).toBe('STORE_CORRUPT');
    }
  });

  // Would catch: a note of an earlier round that condemns the log of a later one, or counts for it.
  it('of an earlier round says nothing of a later one', async () => {
    expect(db.tryCheckpoint(1_000)).toBe(true);
    db.withoutDisk(() => put(db, 'f7'));
    db.withoutDisk(() => put(db, 'f8'));
    const found = opened(cutOff(path, broken(0)));
    expect(found).toEqual(['f1', 'f2', 'f3', 'f4', 'f5', 'f6']);
    put(db, 'f9');
    expect(opened(cutOff(path, broken(0)))).toBe('STORE_CORRUPT');
  });
});
