import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { SliceReader } from '../queries/slice-reader';
import { digestEntities } from '../queries/verify';
import { openReadable } from '../sqlcipher';
import { blindKeys, MASTER, makeCheckpoint, makeSegments, SESSION } from '../test/fixture';
import { loaded, type OwnSlice, ownSlice } from '../test/in-process';
import { RULE_PACK } from '../test/rig';
import { makeSet, TODAY } from '../test/rows';
import { checkBasis, isNotable } from './check-basis';
import { NEW_SLICE_FILE } from './slice-writer';

const set = makeSet(40, 33);
let own: OwnSlice;
let reader: SliceReader;
beforeEach(() => {
  own = ownSlice();
  reader = new SliceReader(
    {
      officeDir: own.dir,
      key: Uint8Array.from(MASTER.slice),
      keyNext: null,
      session: SESSION,
      rulePack: RULE_PACK,
      blindKeys: [blindKeys()],
      today: TODAY,
    },
    () => undefined,
  );
});
afterEach(() => {
  reader.close();
  own.remove();
});

async function use(withLate = true): Promise<void> {
  await loaded(own, set, withLate);
  reader.closeSlice();
  own.writer.swap();
  reader.openSlice(false, false);
}

describe('a check that ends after something else was found', () => {
  // Would catch: "proven" over late rows that differ, because a check that began before they came ended after them.
  it('does not take back that late rows differ', async () => {
    await use(false);
    const { writer } = own;
    const checked = await reader.verify();
    expect(checked.result.isEqual).toBe(true);
    for (const { entity, sha256, object } of makeSegments(set))
      if (ENTITIES[entity].isLate) await writer.lateSegment(sha256, object);
    writer.liveSlice().db.exec('update event set day = day + 1');
    await writer.lateIndex();
    const db = openReadable({ path: own.path, key: MASTER.slice });
    const late = ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate);
    const digests = await digestEntities(db, late, () => undefined);
    db.close();
    expect(writer.lateSeal(digests).isEqual).toBe(false);
    writer.liveSlice().verified(checked);
    expect(writer.state().lastVerify?.isEqual).toBe(false);
  });

  // Would catch: a difference that nobody is told of, because a page came while it was looked for; and a repair undone in
  // words by a check from before it.
  it('says that rows differ whatever pages came, and not once they are repaired', async () => {
    await use();
    const { writer } = own;
    const live = writer.liveSlice();
    const { db } = live;
    db.exec(
      'update certificate set validTo = validTo + 1 where id = (select min(id) from certificate)',
    );
    const checked = await reader.verify();
    expect(checked.result).toMatchObject({ isEqual: false, differingBuckets: 1 });
    live.verified(checked);
    expect(writer.state().lastVerify).toMatchObject({ isEqual: false, differingBuckets: 1 });
    const again = await reader.verify();
    db.exec(
      'update certificate set validTo = validTo - 1 where id = (select min(id) from certificate)',
    );
    const view = openReadable({ path: own.path, key: MASTER.slice });
    writer.repairBegin(await digestEntities(view, ENTITY_ORDER, () => undefined));
    view.close();
    const cursor = writer.state().cursor;
    if (cursor === null) throw new Error('no cursor');
    const end = { checkpoint: makeCheckpoint(set, 1), cursor };
    writer.repairApply({ pages: [], removed: [], differing: 1, end });
    expect(writer.state().lastVerify?.isEqual).toBe(true);
    live.verified(again);
    expect(writer.state().lastVerify?.isEqual).toBe(true);
  });

  // Would catch: an export or a check that reads a file which was replaced, and keeps its log from going.
  it('ends with the slice that it looks at, and its result is not written into the next one', async () => {
    await use();
    await loaded(own, set);
    const checking = reader.verify();
    const opening = reader.exportOpen({});
    reader.closeSlice();
    await expect(checking).rejects.toMatchObject({ code: 'BUSY' });
    await expect(opening).rejects.toMatchObject({ code: 'EXPORT_STOPPED' });
    own.writer.swap();
    reader.openSlice(false, false);
    const checked = await reader.verify();
    const { basis } = checked;
    const now = checkBasis(own.writer.liveSlice().db);
    expect(isNotable(checked, now)).toBe(true);
    const { exportId, count } = await reader.exportOpen({});
    expect(count).toBe(set.certificate.length);
    expect(reader.exportRows(exportId, count).rows).toHaveLength(count);
    for (const isEqual of [true, false]) {
      const other = { result: { ...checked.result, isEqual }, basis: { ...basis, load: '{}' } };
      expect(isNotable(other, now)).toBe(false);
    }
  });
});

describe('the exchange of the slice', () => {
  // Would catch: a moment in which there is no slice, where a kill leaves an office without its data.
  it('leaves the former file in its place until the new one is moved over it', async () => {
    await use();
    await loaded(own, set);
    // Somebody who was not told to let go keeps the log from going; then the move fails.
    const somebody = openReadable({ path: own.path, key: MASTER.slice });
    somebody.version();
    rmSync(join(own.dir, NEW_SLICE_FILE));
    expect(() => own.writer.swap()).toThrow(expect.objectContaining({ code: 'STORE_IO' }));
    somebody.close();
    expect(own.writer.state()).toMatchObject({ hasSlice: true, cursor: { rseq: 1 } });
  });
});
