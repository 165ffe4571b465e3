import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../sql/tag';
import { changeSet } from '../test/changes';
import { makeCheckpoint } from '../test/fixture';
import { loaded, type OwnSlice, ownSlice, reopened } from '../test/in-process';
import { type FixtureSet, makeSet } from '../test/rows';

let own: OwnSlice;
let set: FixtureSet;
beforeEach(async () => {
  own = ownSlice();
  set = makeSet(60, 21);
  await loaded(own, set);
  own.writer.swap();
});
afterEach(() => own.remove());

describe('a page that shows that rows differ', () => {
  // Would catch: a slice that goes on being called proven, and an office on sticks that never asks for a whole one, because
  // the page that found the difference took the finding back with itself.
  it('is taken back, and the finding stays', () => {
    const { writer } = own;
    const change = changeSet(set, 5, 1, 2, 1);
    const checkpoint = makeCheckpoint(change.set, 2);
    const page = { page: change.page, sealed: change.sealed, checkpoint };
    // A row that nobody checked since, in a bucket that the page touches: the page puts a neighbour.
    const { db } = writer.liveSlice();
    db.exec('update certificate set validTo = validTo + 1');
    const rows = () =>
      db.all(sql`select id, rev, baseStatus, validTo from certificate order by id`);
    const before = rows();
    expect(writer.state().lastVerify?.isEqual ?? true).toBe(true);
    expect(() => writer.applyPage(page)).toThrow(
      expect.objectContaining({ code: 'SYNC_ROOT_MISMATCH' }),
    );
    const state = writer.state();
    expect(state.cursor?.rseq).toBe(1);
    expect(rows()).toEqual(before);
    expect(state.lastVerify).toMatchObject({ isEqual: false });
    expect(state.lastVerify?.differingBuckets).toBeGreaterThan(0);
    // It is in the file, not in the memory of this process.
    writer.dropLive();
    const next = reopened(own.dir);
    next.open();
    expect(next.state().lastVerify).toEqual(state.lastVerify);
    next.close();
  });

  // Would catch: every refusal of a page calling the slice different, though its rows were not looked at.
  it('is one whose root was reached, and not one that is damaged or out of turn', () => {
    const { writer } = own;
    const { page, sealed } = changeSet(set, 5, 4, 5, 1);
    const checkpoint = makeCheckpoint(set, 5);
    expect(() => writer.applyPage({ page, sealed, checkpoint })).toThrow(
      expect.objectContaining({ code: 'SYNC_PROTOCOL' }),
    );
    expect(() => writer.applyPage({ page: page.subarray(0, 200), sealed, checkpoint })).toThrow(
      expect.objectContaining({ code: 'SYNC_OBJECT_DAMAGED' }),
    );
    expect(writer.state().lastVerify).toBeNull();
  });
});
