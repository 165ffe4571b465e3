import { describe, expect, it } from 'vitest';
import { sql } from '../../../electron/store/sql/tag';
import { openWritable } from '../../../electron/store/sqlcipher';
import {
  bring,
  bundleFor,
  change,
  choose,
  codeOf,
  enrolled,
  handIn,
  provenState,
  serverCounts,
} from './stick-rig';

describe('a slice that differs', () => {
  // Would catch: a device without a line whose data stay wrong for ever, or that is mended by an older state, in which a
  // revoked certificate is valid again; and one whose difference only the stick's own page shows, forgotten when that page is refused.
  it('is mended by sticks alone', async () => {
    const desk = await enrolled();
    const { rig } = desk;
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await change();
    await bring(desk, await bundleFor(desk));
    const before = await provenState(desk);
    const { paths, sessions, sync: service, outgoing } = rig.office.demandServices();
    const key = sessions.demand().keys.copy('slice');
    const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
    // In every bucket, so that a page touches one: nobody checks the rows before the stick comes.
    db.transaction(() => {
      db.exec('update certificate set baseStatus = 3 where baseStatus = 1');
      const [gone] = db.get(sql`select max(id) from event`) ?? [];
      db.run(sql`delete from event where id = ${gone ?? 0}`);
    });
    db.close();
    expect((await service.status()).proof.state).toBe('proven');
    // Changes alone do not mend it, and a whole one from before what is here must not.
    await change(10);
    expect(await codeOf(bring(desk, await bundleFor(desk)))).toBe('BUNDLE_MENDS_NOT');
    expect(await codeOf(bring(desk, await bundleFor(desk, { isFull: true })))).toBe(
      'BUNDLE_MENDS_NOT',
    );
    expect((await service.status()).proof.state).toBe('differs');
    expect(await outgoing.preview()).toMatchObject({ needsWhole: true });
    const { taken } = await handIn(desk);
    expect(taken[0]?.needsWhole).toBe(true);
    await change(10);
    const made = await bundleFor(desk);
    expect(made.kind).toBe('full');
    const preview = await choose(desk, made.files[0]);
    expect(preview).toMatchObject({ fit: 'mends', rows: made.rows });
    expect(await rig.office.demandServices().bundles.apply(preview.handle)).toMatchObject({
      outcome: 'applied',
    });
    const after = await provenState(desk);
    expect(after.root).not.toBe(before.root);
    expect(after.counts).toEqual(await serverCounts());
    expect((await outgoing.preview()).needsWhole).toBe(false);
    await handIn(desk);
    expect((await bundleFor(desk)).kind).toBe('delta');
  });
});
