import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { takenByReader1 } from '../../../electron/main/services/bundle/former/reader-1';
import { takenByReader2 } from '../../../electron/main/services/bundle/former/reader-2';
import { findWishes } from '../../../server/store/device-wishes';
import {
  filterOf,
  keepPublication,
  keptFilters,
  latestPublication,
} from '../../../server/store/national';
import { BASE_STATUSES } from '../../../shared/domain/model';
import { readCascade } from '../../../shared/domain/national/cascade';
import { cascadeDelta } from '../../../shared/domain/national/cascade-delta';
import { dayInShanghai } from '../../../shared/kernel/day';
import {
  BUNDLE_VERSION,
  type Outgoing,
  type OutgoingHead,
  outgoingContext,
} from '../../../shared/protocol/bundle';
import { readCode } from '../../../shared/protocol/compact-code';
import { NationalSchema } from '../../../shared/protocol/national';
import { SignedStatementSchema } from '../../../shared/protocol/signed-statement';
import {
  BADGE,
  bring,
  bundleFor,
  central,
  change,
  choose,
  codeOf,
  type Desk,
  enrolled,
  folder,
  handIn,
  provenState,
  REGION,
  serverCounts,
  serverParts,
} from './stick-rig';

describe('the national status filter by stick alone', () => {
  const national = ({ rig }: Desk) => rig.office.demandServices().national;
  /** A delta to the newest filter, which the centre hands out for large ones alone. */
  async function handOutDelta() {
    const { client } = serverParts();
    const [to, from] = (await keptFilters(client)).map(({ sha256, filter }) => {
      const cascade = readCascade(filter);
      if (!cascade.ok) throw new Error(cascade.error);
      return { sha256, cascade: cascade.value };
    });
    const newest = await latestPublication(client);
    if (to === undefined || from === undefined) throw new Error('publications');
    await client.query('delete from national_delta');
    await client.query('insert into national_delta (from_sha256, seq, delta) values ($1, $2, $3)', [
      from.sha256,
      Number(newest?.seq),
      cascadeDelta(from.cascade, to.cascade),
    ]);
  }
  /** What the desk says of the code of a certificate that is in force, or of one that is not. */
  async function judged(desk: Desk, isInForce: boolean) {
    const [row] = await serverParts().client.query<{ id: number }>(
      `select id from e_certificate where (c_base_status = $1) = $2 order by id limit 1`,
      [BASE_STATUSES.valid, isInForce],
    );
    const code = readCode(await central.codeOf(REGION, Number(row?.id)));
    return code.ok ? national(desk).judge(code.value) : code.error;
  }

  /**
   * What a server of version 2 makes of a file: how many commands it takes. It knows no other wishes than those of its
   * time and refuses a file with another one whole.
   */
  async function takenByServer2(file: Buffer): Promise<number | 'newer' | 'refused'> {
    if (file.readUInt8(8) > 2) return 'newer';
    const head = 13 + file.readUInt32BE(9);
    const { id, device } = JSON.parse(file.toString('utf8', 13, head)) as OutgoingHead;
    const box = new Uint8Array(file.subarray(head));
    const plain = await serverParts().keys.openBox(box, outgoingContext(id, device));
    if (plain === undefined) throw new Error('sealed to somebody else');
    const { commands, wishes = {} } = JSON.parse(gunzipSync(plain).toString('utf8')) as Outgoing;
    const known = ['reads', 'pictures', 'pictureBytes', 'needsWhole'];
    return Object.keys(wishes).every((wish) => known.includes(wish)) ? commands.length : 'refused';
  }

  // Would catch: an office whose commands a centre that is older than its program refuses, for a wish that only saves bytes.
  it('is named in a file of its own, so that a server of before takes the commands', async () => {
    const desk = await enrolled();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    await handIn(desk);
    await bring(desk, await bundleFor(desk, { isFull: true }));
    const held = national(desk).facts?.filter.sha256;
    expect(held).toBeDefined();
    const { control, outbox, outgoing } = desk.rig.office.demandServices();
    await control.act({
      act: 'lease-renewed',
      directive: null,
      persons: [BADGE],
      atMs: desk.rig.clock.highestMs(),
    });
    const waiting = (await outbox.state()).pending;
    expect(waiting).toBeGreaterThan(0);
    const stick = await mkdtemp(join(folder, 'former-'));
    desk.rig.chosen.folder = stick;
    const { files } = await outgoing.write();
    const made = await Promise.all((files ?? []).map((name) => readFile(join(stick, name))));
    expect(await Promise.all(made.map(takenByServer2))).toEqual([expect.any(Number), 'newer']);
    expect(await takenByServer2(made[0] ?? Buffer.alloc(0))).toBeGreaterThanOrEqual(waiting);
    // The server of today learns what is held, in whatever order they are handed in.
    for (const file of [...made].reverse()) await central.bundleIn(file);
    const { client } = serverParts();
    const told = () => findWishes(client, desk.device);
    expect(await told()).toMatchObject({ reads: BUNDLE_VERSION, holdsFilter: held });
  });

  // Would catch: an office without a line that takes revoked people from elsewhere for good ones, a filter that older
  // programs refuse the whole stick for, one that goes back to an older one, or is there before the person said yes.
  it('comes to a desk that said that it reads it, and never goes back', async () => {
    const desk = await enrolled();
    const { paths, bundles } = desk.rig.office.demandServices();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    // The centre has not heard what this program reads: what it makes is for everybody.
    expect(await bundleFor(desk)).toMatchObject({ version: 1, nationalDay: null });
    await handIn(desk);
    const one = await bundleFor(desk, { isFull: true });
    const day = dayInShanghai(Date.now());
    expect(one.version).toBe(3);
    expect(one.nationalDay).toBeGreaterThanOrEqual(day - 1);
    expect(one.files.map(takenByReader1)).toEqual(one.files.map(() => 'newer'));
    expect(one.files.map(takenByReader2)).toEqual(one.files.map(() => 'newer'));
    const preview = await choose(desk, one.files[0]);
    expect(preview.nationalDay).toBe(one.nationalDay);
    expect([national(desk).facts, await judged(desk, true)]).toEqual([null, null]);
    await bundles.apply(preview.handle);
    expect(await judged(desk, true)).toMatchObject({ state: 'genuine', status: 'clear' });
    expect(await judged(desk, false)).toMatchObject({ state: 'genuine', status: 'listed' });
    const first = await readFile(paths.national, 'utf8');
    // The same once more brings nothing and changes nothing.
    expect((await choose(desk, one.files[0])).nationalDay).toBeNull();
    expect(await bring(desk, one)).toMatchObject({ outcome: 'applied' });
    expect(await readFile(paths.national, 'utf8')).toBe(first);

    await central.national.publish();
    const two = await bundleFor(desk, { isFull: true });
    await bring(desk, two);
    const second = await readFile(paths.national, 'utf8');
    expect(second).not.toBe(first);
    expect((await choose(desk, one.files[0])).nationalDay).toBeNull();
    const { proof } = await desk.rig.office.demandServices().sync.status();
    await bring(desk, one);
    expect(await readFile(paths.national, 'utf8')).toBe(second);
    // Nor does the time as of which the data are proven.
    expect((await desk.rig.office.demandServices().sync.status()).proof).toEqual(proof);
    // What leads to the next one from what it said it holds comes in its place; a desk that holds another by then takes the
    // data and leaves it, and is brought the whole when it said so.
    await handIn(desk);
    await central.national.publish();
    await handOutDelta();
    const three = await bundleFor(desk, { isFull: true });
    expect(three.version).toBe(4);
    const held = await readFile(paths.nationalFilter);
    await rm(paths.nationalFilter);
    await national(desk).opened();
    expect((await choose(desk, three.files[0])).nationalDay).toBeNull();
    expect(await bring(desk, three)).toMatchObject({ outcome: 'applied' });
    expect(national(desk).facts).toBeNull();
    await handIn(desk);
    expect((await bundleFor(desk, { isFull: true })).version).toBe(3);
    await Promise.all([writeFile(paths.nationalFilter, held), writeFile(paths.national, second)]);
    await national(desk).opened();
    expect((await choose(desk, three.files[0])).nationalDay).toBe(three.nationalDay);
    await bring(desk, three);
    expect((await readFile(paths.nationalFilter)).toString('latin1', 0, 4)).toBe('FCNF');
    expect(await judged(desk, true)).toMatchObject({ state: 'genuine', status: 'clear' });
    expect(await judged(desk, false)).toMatchObject({ state: 'genuine', status: 'listed' });
    const third = await readFile(paths.national, 'utf8');
    expect(third).not.toBe(second);
    await Promise.all([writeFile(paths.nationalFilter, held), writeFile(paths.national, second)]);
    await national(desk).opened();
    // A disk that lost it gets it back from the same stick, though its data are all here.
    await rm(paths.nationalFilter);
    await national(desk).opened();
    expect(national(desk).facts).toBeNull();
    expect(await choose(desk, two.files[0])).toMatchObject({
      fit: 'applied',
      nationalDay: two.nationalDay,
    });
    await bring(desk, two);
    expect(await readFile(paths.national, 'utf8')).toBe(second);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });

  // Would catch: a filter that nobody signed, that was changed or cut and is believed, or a refusal that comes after half
  // of the stick was applied.
  it('is refused before anything is applied where it is not what our centre signed', async () => {
    const desk = await enrolled();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    await handIn(desk);
    await bring(desk, await bundleFor(desk));
    await change();
    const { paths } = desk.rig.office.demandServices();
    const before = await provenState(desk);
    const kept = await readFile(paths.national, 'utf8');
    const { client, statements } = serverParts();
    const newest = await latestPublication(client);
    if (newest === undefined) throw new Error('nothing published');
    const { payload } = SignedStatementSchema.parse(JSON.parse(newest.statement));
    const published = NationalSchema.parse(JSON.parse(payload));
    const filter = (await filterOf(client, published.filter.sha256)) ?? new Uint8Array();
    /** A publication in the server's own table that says one thing of bytes that are another. */
    const publish = async (bytes: Uint8Array, said: number, isForged = false) => {
      const seq = Number((await latestPublication(client))?.seq) + 1;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const told = { ...published, seq, filter: { ...published.filter, sha256, bytes: said } };
      const signed = await statements.sign(NationalSchema.parse(told));
      const statement = JSON.stringify(
        isForged ? { ...signed, payload: signed.payload.replace('"day":', '"day": ') } : signed,
      );
      await keepPublication(client, {
        seq,
        statement,
        filter: bytes,
        madeMs: Date.now(),
        deltas: new Map(),
      });
    };
    const altered = Uint8Array.from(filter);
    altered[4] = 99;
    const cases = [
      ['BUNDLE_FORGED', () => publish(filter, filter.length, true)],
      ['BUNDLE_ALTERED', () => publish(altered, altered.length)],
      ['BUNDLE_ALTERED', () => publish(filter.slice(0, -3), filter.length)],
      ['BUNDLE_ALTERED', () => publish(filter.slice(0, -3), filter.length - 3)],
    ] as const;
    for (const [code, act] of cases) {
      await act();
      const made = await bundleFor(desk);
      expect(made.version).toBe(3);
      expect(await codeOf(choose(desk, made.files[0]))).toBe(code);
    }
    expect(await readFile(paths.national, 'utf8')).toBe(kept);
    expect(await provenState(desk)).toEqual(before);
    await central.national.publish();
    const { handle, nationalDay } = await choose(desk, (await bundleFor(desk)).files[0]);
    expect(nationalDay).not.toBeNull();
    await desk.rig.office.demandServices().bundles.apply(handle);
    expect(await readFile(paths.national, 'utf8')).not.toBe(kept);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });
});
