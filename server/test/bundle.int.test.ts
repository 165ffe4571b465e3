import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import {
  type BundleWishes,
  type DeviceReport,
  type Outgoing,
  outgoingBytes,
  outgoingContext,
  REPORT_PATH,
} from '../../shared/protocol/bundle';
import { attachmentPath, objectPath, outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { evidenceContext } from '../../shared/protocol/evidence';
import { CheckpointSchema, ManifestSchema } from '../../shared/protocol/manifest';
import { NATIONAL_FILTER_PATH, NationalSchema } from '../../shared/protocol/national';
import { signedBytes } from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import {
  LeaseStatementSchema,
  ReceiptStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { Central } from '../central';
import { boxSubtle } from '../keys/key-provider';
import { enrolTestDevice, type TestDevice } from './device';
import { openSealed } from './open-attachment';
import { testCentral } from './place';
import { readBundle } from './read-bundle';
import { hexHash, Replica } from './replica';

const REGION = '3306';
const SMALL_VOLUME = 180 * 1024;
/** A picture is whole by its head; noise may follow. */
const PNG_HEAD = '89504e470d0a1a0a0000000d494844520000001000000010';
let central: Central;
let close: () => Promise<void>;
let folder: string;
let device: TestDevice;

beforeAll(async () => {
  ({ central, close } = await testCentral({ [REGION]: 400 }));
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-bundle-'));
  device = await enrol();
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

async function enrol(): Promise<TestDevice> {
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const slip = await central.createEnrolment({ name: '局', region: REGION, users });
  return enrolTestDevice(central.url, slip.code);
}

/** Root of the region as the server signs it now. */
async function head(of: TestDevice) {
  const raw = await of.get(PATHS.checkpoint);
  return of.open(JSON.parse(raw.body.toString('utf8')), CheckpointSchema);
}

/** What the line gives: manifest, segments, pages. */
async function loadByLine(of: TestDevice): Promise<Replica> {
  const raw = await of.get(PATHS.manifest);
  const manifest = await of.open(JSON.parse(raw.body.toString('utf8')), ManifestSchema);
  const replica = new Replica(of.keys);
  for (const { sha256 } of manifest.segments)
    replica.segment((await of.get(objectPath(sha256))).body);
  for (let cursor = manifest.cursor, hasMore = true; hasMore; ) {
    const header = replica.page((await of.get(`${PATHS.changes}?cursor=${cursor}`)).body);
    ({ hasMore, cursor } = header);
  }
  return replica;
}

async function applyBundle(files: readonly string[], of: TestDevice, replica: Replica) {
  const { index, contents, read } = await readBundle(files, of);
  const manifest = await of.open(contents.manifest, ManifestSchema);
  const segments = new Set(manifest.segments.map(({ sha256 }) => sha256));
  for (const entry of contents.objects) {
    const object = read(entry);
    expect(hexHash(object)).toBe(entry.sha256);
    if (segments.has(entry.sha256)) replica.segment(object);
  }
  for (const page of contents.pages) {
    const header = replica.page(read(page));
    expect([header.from, header.to]).toEqual([page.from, page.to]);
  }
  const last = contents.pages.at(-1);
  return { index, contents, checkpoint: await of.open(last?.checkpoint, CheckpointSchema) };
}

const report = (change: Partial<DeviceReport> = {}): DeviceReport => ({
  program: 'test 0',
  atMs: Date.now(),
  applied: null,
  pending: 2,
  rejected: 0,
  settled: 0,
  failures: [],
  ...change,
});

describe('a bundle for a device', () => {
  // Would catch: a bundle that brings another state than the line, volumes that do not chain, an index that
  // lists something else than the files hold.
  it('brings what the line brings, in as many volumes as it takes', async () => {
    await central.mutate({ region: REGION, random: 60, seed: 'before' });
    const out = join(folder, 'full');
    const made = await central.bundle({
      device: device.answer.deviceId,
      out,
      isFull: true,
      volumeBytes: SMALL_VOLUME,
    });
    expect(made.files.length).toBeGreaterThan(1);
    expect((await readdir(out)).some((name) => name.endsWith('.part'))).toBe(false);
    for (const file of made.files)
      expect((await readFile(file)).length).toBeLessThanOrEqual(SMALL_VOLUME);
    const stick = new Replica(device.keys);
    const { index, checkpoint, contents } = await applyBundle(made.files, device, stick);
    expect(index).toMatchObject({ kind: 'full', from: 0, to: checkpoint.rseq });
    const line = await loadByLine(device);
    expect(stick.root()).toBe(line.root());
    expect(stick.root()).toBe(checkpoint.root);
    expect((await head(device)).root).toBe(checkpoint.root);
    const leases = await Promise.all(
      contents.statements.map((one) => device.open(one, LeaseStatementSchema).catch(() => null)),
    );
    expect(leases.some((lease) => lease?.device === device.answer.deviceId)).toBe(true);
  });

  // Would catch: pages that fit only the state they begin at, so that a device between two states is lost; counts
  // of the preview that are not those of the rows.
  it('continues from the last contact, and fits every state between its ends', async () => {
    const replica = await loadByLine(device);
    const { rseq: from } = await head(device);
    const between = new Replica(device.keys);
    for (const [entity, rows] of replica.rows)
      for (const [id, row] of rows) between.of(entity).set(id, structuredClone(row));
    const [certificate = 0] = [...replica.of('certificate')]
      .filter(([, { values }]) => values.baseStatus === 1)
      .map(([id]) => id);
    await central.mutate({ region: REGION, random: 40, seed: 'one' });
    await central.mutate({ region: REGION, revoke: certificate });
    // A second device goes along by the line, to a state between the bundle's ends.
    const half = await loadByLine(device);
    // That was a contact too: the next bundle continues from there, unless it is told otherwise.
    await central.mutate({ region: REGION, random: 40, seed: 'two' });
    const out = join(folder, 'delta');
    const made = await central.bundle({ device: device.answer.deviceId, out, since: from });
    expect(made).toMatchObject({ kind: 'delta', from });
    const first = await applyBundle(made.files, device, between);
    expect(between.root()).toBe(first.checkpoint.root);
    await applyBundle(made.files, device, half);
    expect(half.root()).toBe(first.checkpoint.root);
    // Once more changes nothing.
    await applyBundle(made.files, device, half);
    expect(half.root()).toBe(first.checkpoint.root);
    const { counts } = first.contents;
    expect(counts.revoked).toBeGreaterThan(0);
    expect(counts.added + counts.changed + counts.left).toBeGreaterThan(5);
    const again = await central.bundle({ device: device.answer.deviceId, out });
    expect(again.kind).toBe('delta');
    const lag = (await central.lag()).find((row) => row.device === device.answer.deviceId);
    expect(again.from).toBe(lag?.appliedRseq);
  });

  // Would catch: a bundle for a device that may not work any more, or from a state that never was.
  it('is refused for a revoked device, a state to come, a forged cursor and tiny volumes', async () => {
    const out = join(folder, 'refused');
    const other = await enrol();
    const order = { device: other.answer.deviceId, out };
    await expect(central.bundle({ ...order, since: 10_000_000 })).rejects.toThrow(RangeError);
    await expect(central.bundle({ ...order, since: '1.3306.AA.0.0.x' })).rejects.toThrow(
      RangeError,
    );
    await expect(central.bundle({ ...order, isFull: true, volumeBytes: 1024 })).rejects.toThrow(
      'volumes larger',
    );
    await central.revokeDevice(other.answer.deviceId);
    await expect(central.bundle(order)).rejects.toThrow('revoked');
    await expect(central.bundle({ ...order, device: 'D-none' })).rejects.toThrow('no device');
    expect(await readdir(out).catch(() => [])).toEqual([]);
  });

  // Would catch: a bundle that another device or a finder can read.
  it('opens with the key of its own device alone', async () => {
    const other = await enrol();
    const out = join(folder, 'sealed');
    const made = await central.bundle({ device: device.answer.deviceId, out });
    await expect(readBundle(made.files, { ...device, boxKey: other.boxKey })).rejects.toThrow(
      'not-opened',
    );
  });
});

describe('a bundle of a device', () => {
  const WISH: { readonly kind: string; readonly payload: object } = {
    kind: 'feedback',
    payload: { topic: 'wish', text: '好', program: 'test' },
  };
  async function command(of: TestDevice, dseq: number, previous: string | null, what = WISH) {
    const { deviceId, boxCertificate } = of.answer;
    const payload = await sealBox(
      boxSubtle,
      boxKeyOf(boxCertificate),
      Buffer.from(JSON.stringify(what.payload)),
      outboxContext(deviceId, dseq),
    );
    const unsigned = {
      device: deviceId,
      dseq,
      key: ulid(1, randomBytes(10)),
      kind: what.kind as 'feedback',
      actor: 'u',
      payload: Buffer.from(payload).toString('base64'),
      atMs: 1,
      previous,
      sig: '',
    };
    const sig = signBy(of, signedBytes(unsigned));
    const whole = { ...unsigned, sig };
    const hash = createHash('sha256').update(canonicalJson(whole)).digest('hex');
    return { whole, hash };
  }
  const boxKeyOf = (pem: string): Uint8Array =>
    new Uint8Array(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }));
  const signBy = (of: TestDevice, bytes: Uint8Array): string =>
    sign('sha256', bytes, { key: of.signingKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  /** Written from the format's description, byte by byte. */
  async function outgoing(of: TestDevice, content: Outgoing): Promise<Buffer> {
    const { deviceId, office, boxCertificate } = of.answer;
    const id = '00112233445566778899aabbccddeeff';
    const box = await sealBox(
      boxSubtle,
      boxKeyOf(boxCertificate),
      new Uint8Array(gzipSync(canonicalJson(content))),
      outgoingContext(id, deviceId),
    );
    const unsigned = {
      format: 'fieldcert-outgoing' as const,
      id,
      office: office.code,
      device: deviceId,
      madeMs: Date.now(),
      part: 1,
      parts: 1,
      sha256: hexHash(box),
      sig: '',
    };
    const head = { ...unsigned, sig: signBy(of, outgoingBytes(unsigned)) };
    const json = Buffer.from(canonicalJson(head), 'utf8');
    const prefix = Buffer.alloc(13);
    prefix.write('FCOUTBOX', 'latin1');
    prefix.writeUInt8(content.wishes === undefined ? 1 : 2, 8);
    prefix.writeUInt32BE(json.length, 9);
    return Buffer.concat([prefix, json, box]);
  }

  // Would catch: commands lost or taken twice, verdicts that do not come back, a report that is not kept.
  it('is taken once however often it comes, and its verdicts go back with the next bundle', async () => {
    const of = await enrol();
    const one = await command(of, 1, null);
    const two = await command(of, 2, one.hash);
    const failures = [{ atMs: 1_000, code: 'SYNC_UNREACHABLE' }];
    const content = {
      commands: [one.whole, two.whole],
      receipts: [],
      report: report({ failures }),
    };
    const file = await outgoing(of, content);
    const taken = await central.bundleIn(file);
    expect(taken).toMatchObject({ commands: 2, verdicts: { applied: 2 }, failures: 1 });
    expect((await central.bundleIn(file)).verdicts).toEqual({ applied: 2 });
    const out = join(folder, 'answer');
    const made = await central.bundle({ device: of.answer.deviceId, out, isFull: true });
    const { contents } = await readBundle(made.files, of);
    expect(contents.answer?.verdicts.map(({ dseq, verdict }) => [dseq, verdict])).toEqual([
      [1, 'applied'],
      [2, 'applied'],
    ]);
    const receipt = await of.open(contents.answer?.receipt, ReceiptStatementSchema);
    expect(receipt).toMatchObject({ dseq: 2, head: two.hash });
    // What the device has already is not told again.
    // A program that named the filter it holds in version 2: such sticks lie in drawers.
    const named = {
      ...content,
      wishes: {
        reads: 1,
        pictures: [],
        pictureBytes: 0,
        needsWhole: false,
        holdsFilter: 'a'.repeat(64),
      },
    };
    expect(await central.bundleIn(await outgoing(of, named))).toMatchObject({ commands: 2 });
    await central.bundleIn(await outgoing(of, { ...content, report: report({ settled: 1 }) }));
    const next = await central.bundle({ device: of.answer.deviceId, out, isFull: true });
    expect((await readBundle(next.files, of)).contents.answer?.verdicts.map((v) => v.dseq)).toEqual(
      [2],
    );
    const lag = (await central.lag()).find((row) => row.device === of.answer.deviceId);
    expect(lag).toMatchObject({
      via: 'stick',
      pending: 2,
      failures: 1,
      lastFailure: failures[0],
      lagChanges: null,
    });
    expect(lag?.lastBundleMs).toBeGreaterThan(0);
  });

  const picture = (bytes: number): Buffer =>
    Buffer.concat([Buffer.from(PNG_HEAD, 'hex'), randomBytes(bytes - PNG_HEAD.length / 2)]);
  /** Attachments of the region by row, smallest first. */
  async function attachments(of: TestDevice) {
    const rows = [...(await loadByLine(of)).of('attachment')];
    return rows
      .map(([row, { values }]) => ({
        row,
        sha256: String(values.sha256),
        bytes: Number(values.bytes),
      }))
      .sort((a, b) => a.bytes - b.bytes);
  }
  const wishesOf = (change: Partial<BundleWishes> = {}): BundleWishes => ({
    reads: 2,
    pictures: [],
    pictureBytes: 0,
    needsWhole: false,
    ...change,
  });

  // Bug: a device whose rows differ is handed changes alone because somebody named a beginning: it takes them, goes on
  // differing, and nobody knows why.
  it('mends rows that differ by a whole one that is not behind the device, or says why not', async () => {
    const of = await enrol();
    const device = of.answer.deviceId;
    await central.mutate({ region: REGION, random: 10, seed: 'beyond the snapshot' });
    const { rseq, epoch, issuedMs } = await head(of);
    const told = report({ applied: { epoch, rseq, issuedMs } });
    const wishes = wishesOf({ needsWhole: true });
    await central.bundleIn(
      await outgoing(of, { commands: [], receipts: [], report: told, wishes }),
    );
    const out = join(folder, 'mending');
    await expect(central.bundle({ device, out, since: rseq })).rejects.toThrow('leave --since out');
    for (const isFull of [true, false]) {
      const made = await central.bundle({ device, out, isFull });
      const { contents } = await readBundle(made.files, of);
      const manifest = await of.open(contents.manifest, ManifestSchema);
      expect(made.kind).toBe('full');
      expect(manifest.base.rseq).toBeGreaterThanOrEqual(rseq);
    }
  });

  // Would catch: a section that programs of before refuse the whole stick for, a filter that is not the one that was
  // published last, or none for an office that has no line.
  it('brings the newest national filter to a device that reads it, and to no other', async () => {
    const of = await enrol();
    const device = of.answer.deviceId;
    const out = join(folder, 'national');
    const bundled = async (reads: number) => {
      const content = { commands: [], receipts: [], report: report({ pending: 0 }) };
      await central.bundleIn(await outgoing(of, { ...content, wishes: wishesOf({ reads }) }));
      return readBundle((await central.bundle({ device, out, isFull: true })).files, of);
    };
    await central.national.publish();
    const made = await central.national.publish();
    for (const reads of [1, 2]) {
      const { version, contents } = await bundled(reads);
      expect([version, contents.national]).toEqual([1, undefined]);
    }
    const { version, contents, read } = await bundled(3);
    expect(version).toBe(3);
    const national = await of.open(contents.national?.statement, NationalSchema);
    expect(national).toMatchObject({ seq: made.seq, day: made.day });
    if (contents.national === undefined) throw new Error('no filter');
    const filter = read(contents.national.filter);
    expect([filter.length, hexHash(filter)]).toEqual([made.bytes, national.filter.sha256]);
    const path = `${NATIONAL_FILTER_PATH}?sha256=${national.filter.sha256}`;
    expect(filter.equals((await of.get(path)).body)).toBe(true);
  });

  // Would catch: pictures that nobody asked for, in another order, beyond the budget, of another region or in plain; a
  // form that devices of before cannot read where nothing needs it.
  it('brings back the pictures that were wished, within the budget', async () => {
    const of = await enrol();
    const device = of.answer.deviceId;
    const out = join(folder, 'pictures');
    const found = await attachments(of);
    const [a, b, c] = [found[2], found[0], found[1]];
    if (a === undefined || b === undefined || c === undefined) throw new Error('no attachments');
    const bundled = async (order: { readonly pictureBytes?: number } = {}) => {
      const made = await central.bundle({ device, out, isFull: true, ...order });
      return readBundle(made.files, of);
    };
    const none = await bundled();
    expect([none.version, none.contents.pictures]).toEqual([1, undefined]);
    const told = (wishes?: BundleWishes) =>
      outgoing(of, {
        commands: [],
        receipts: [],
        report: report({ pending: 0 }),
        ...(wishes === undefined ? {} : { wishes }),
      });
    const pictures = [a.row, b.row, 999_999_999, c.row];
    const pictureBytes = a.bytes + b.bytes + 2 * 25;
    await central.bundleIn(await told(wishesOf({ pictures, pictureBytes })));
    const { version, contents, read } = await bundled();
    expect(version).toBe(2);
    expect(contents.pictures?.map(({ sha256 }) => sha256)).toEqual([a.sha256, b.sha256]);
    for (const entry of contents.pictures ?? []) {
      const sealed = read(entry);
      expect(sealed.equals((await of.get(attachmentPath(entry.sha256))).body)).toBe(true);
      expect(hexHash(openSealed(of.keys, entry.sha256, sealed))).toBe(entry.sha256);
    }
    // The administrator's word counts more: none, or those that end soon besides.
    expect((await bundled({ pictureBytes: 0 })).version).toBe(1);
    const more = (await bundled({ pictureBytes: 50_000_000 })).contents.pictures ?? [];
    expect(more.slice(0, 3).map(({ sha256 }) => sha256)).toEqual([a.sha256, b.sha256, c.sha256]);
    expect(more.length).toBeGreaterThan(3);
    // A program of before wrote last: it reads the former form alone.
    await central.bundleIn(await told());
    expect((await bundled()).version).toBe(1);
  });

  // Would catch: evidence that a stick cannot bring, taken before its command, taken for something else, or whose
  // arrival the device never hears of.
  it('brings evidence, and hears what became of it', async () => {
    const of = await enrol();
    const device = of.answer.deviceId;
    const content = picture(30_000);
    const [sha256, other] = [hexHash(content), hexHash(Buffer.from('other'))];
    const fake = {
      kind: 'suspected-fake',
      payload: {
        ...{ certificate: 1, holder: '王某', place: '工地', note: '印章不清' },
        evidence: [sha256, other],
      },
    };
    const boxOf = async (name: string) => {
      const key = boxKeyOf(of.answer.boxCertificate);
      const box = await sealBox(boxSubtle, key, content, evidenceContext(device, name));
      return { sha256: name, box: Buffer.from(box).toString('base64') };
    };
    const evidence = [await boxOf(sha256), await boxOf(other)];
    const common = { receipts: [], report: report(), wishes: wishesOf() };
    const first = await central.bundleIn(await outgoing(of, { ...common, commands: [], evidence }));
    expect(first.evidence).toEqual({ whole: 0, refused: 0, unnamed: 2 });
    const { whole } = await command(of, 1, null, fake);
    const file = await outgoing(of, { ...common, commands: [whole], evidence });
    expect((await central.bundleIn(file)).evidence).toEqual({ whole: 1, refused: 1, unnamed: 0 });
    expect((await central.bundleIn(file)).evidence).toEqual({ whole: 1, refused: 1, unnamed: 0 });
    const kept = await central.readEvidence(device, sha256);
    expect(hexHash(Buffer.from(kept ?? []))).toBe(sha256);
    const out = join(folder, 'evidence');
    const made = await central.bundle({ device, out, isFull: true });
    const { version, contents } = await readBundle(made.files, of);
    expect(version).toBe(2);
    expect(contents.evidence).toHaveLength(2);
    expect(contents.evidence).toContainEqual({ sha256, state: 'whole', reason: null });
    expect(contents.evidence).toContainEqual({ sha256: other, state: 'refused', reason: 'hash' });
  });

  // Would catch: a version that somebody changes on the way, and a file of a later program that is half understood.
  it('is refused where its version is not that of its content', async () => {
    const of = await enrol();
    const content = { commands: [], receipts: [], report: report(), wishes: wishesOf() };
    const file = await outgoing(of, content);
    for (const [version, said] of [
      [0, 'not what a device writes'],
      [1, 'not what a device writes'],
      [3, 'not what a device writes'],
      [4, 'newer program'],
    ] as const) {
      const altered = Buffer.from(file);
      altered.writeUInt8(version, 8);
      await expect(central.bundleIn(altered)).rejects.toThrow(said);
    }
    expect((await central.bundleIn(file)).needsWhole).toBe(false);
  });

  // Would catch: any altered byte that passes, or an altered file of which something was taken.
  it('is refused whole when a byte of it was altered or cut', async () => {
    const of = await enrol();
    const { whole } = await command(of, 1, null);
    const file = await outgoing(of, { commands: [whole], receipts: [], report: report() });
    const places = [0, 8, 9, 12, 20, 60, 200, file.length - 200, file.length - 1];
    for (const at of places) {
      const altered = Buffer.from(file);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      await expect(central.bundleIn(altered), `byte ${at}`).rejects.toThrow(RangeError);
    }
    for (const length of [0, 8, 13, 100, file.length - 1])
      await expect(central.bundleIn(file.subarray(0, length))).rejects.toThrow(RangeError);
    const lag = (await central.lag()).find((row) => row.device === of.answer.deviceId);
    expect(lag?.pending).toBeNull();
    expect((await central.bundleIn(file)).verdicts).toEqual({ applied: 1 });
  });
});

describe('how devices stand', () => {
  // Would catch: a lag that does not grow with changes, a report of the line that is not kept, endless lists.
  it('is known from the cursors they ask with and from their reports', async () => {
    const of = await enrol();
    const id = of.answer.deviceId;
    const lagOf = async () => (await central.lag()).find((row) => row.device === id);
    expect(await lagOf()).toMatchObject({ lastContactMs: null, appliedRseq: null });
    await loadByLine(of);
    const { rseq, epoch, issuedMs } = await head(of);
    const failures = Array.from({ length: 50 }, (_, i) => ({ atMs: 1_000 + i, code: 'X' }));
    const sent = report({ applied: { epoch, rseq, issuedMs }, pending: 0, failures });
    expect((await of.post(REPORT_PATH, sent)).status).toBe(200);
    expect(
      (await of.post(REPORT_PATH, { ...sent, failures: [...failures, ...failures] })).status,
    ).toBe(400);
    expect(await lagOf()).toMatchObject({ lagChanges: 0, appliedMs: issuedMs, failures: 50 });
    await central.mutate({ region: REGION, random: 12, seed: 'lag' });
    const behind = await lagOf();
    expect(behind?.lagChanges).toBe((await head(of)).rseq - rseq);
    for (let round = 1; round < 6; round++) {
      const more = failures.map(({ atMs, code }) => ({ atMs: atMs + 100 * round, code }));
      await of.post(REPORT_PATH, { ...sent, failures: more });
    }
    expect((await lagOf())?.failures).toBe(200);
  });
});
