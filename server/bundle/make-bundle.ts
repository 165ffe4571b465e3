import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  BUNDLE_VERSION,
  type BundleContents,
  BundleContentsSchema,
  type BundleCounts,
  type BundleIndex,
  BundleIndexSchema,
  bundleContext,
  GRANTS_BUNDLE_VERSION,
  MOVES_BUNDLE_VERSION,
  NATIONAL_BUNDLE_VERSION,
  NATIONAL_DELTA_BUNDLE_VERSION,
  type ObjectEntry,
  type PageEntry,
  PICTURES_BUNDLE_VERSION,
  PLAIN_BUNDLE_VERSION,
} from '../../shared/protocol/bundle';
import { MAX_DIRECTIVES } from '../../shared/protocol/control';
import { MAX_PAGE_ROWS } from '../../shared/protocol/endpoints';
import { CheckpointSchema, ManifestSchema, namesRef } from '../../shared/protocol/manifest';
import { sealBox } from '../../shared/protocol/sealed-box';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import { tellLevelNow } from '../control/level-desk';
import { tellMarksNow } from '../control/mark-desk';
import { deviceStatements } from '../enrol/device-statements';
import type { ServerParts } from '../http/parts';
import { boxSubtle } from '../keys/key-provider';
import { countChanges } from '../store/bundle-counts';
import { keepState } from '../store/checkpoints';
import { findContact, noteBundle } from '../store/device-contact';
import { findWishes } from '../store/device-wishes';
import { type Device, findDevice } from '../store/devices';
import { openDirectives } from '../store/directives';
import { readMoves } from '../store/moves';
import { findOffice, type Office } from '../store/offices';
import { findSlice } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';
import { type Cursor, readCursor, writeCursor } from '../sync/cursor';
import { currentManifest } from '../sync/manifests';
import { answerAgain } from '../sync/outbox';
import { readPage, sealPage } from '../sync/page';
import type { Region } from '../sync/regions';
import { checkpointOf, type RegionState } from '../sync/state';
import { chooseGrants, writeGrants } from './grants';
import { bringsMoves, writeMoves } from './moves';
import { chooseNational, writeNational } from './national';
import { choosePictures, evidenceJudged, writePictures } from './pictures';
import { sha256Of } from './sha256';
import { VolumeWriter } from './volume-writer';

/** A FAT32 file ends one byte below 4 GiB. */
const VOLUME_BYTES = 4_000 * 1024 * 1024;

export interface BundleOrder {
  readonly device: string;
  /** Folder for the volumes; made where there is none. */
  readonly out: string;
  /** A cursor, a change number of the present epoch, or everything. Default: from where the device was at its last contact. */
  readonly since?: string | number | undefined;
  readonly isFull?: boolean;
  readonly volumeBytes?: number | undefined;
  /** Addresses of the server to bring along. */
  readonly endpoints?: readonly string[];
  /** What pictures may take, bytes. Default: what the device wished with its last outgoing bundle. */
  readonly pictureBytes?: number | undefined;
}

export interface MadeBundle {
  readonly id: string;
  readonly device: string;
  readonly office: string;
  readonly region: string;
  readonly kind: BundleIndex['kind'];
  readonly from: number;
  readonly to: number;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly rows: number;
  readonly counts: BundleCounts;
  readonly directives: number;
  readonly verdicts: number;
  readonly pictures: number;
  /** Day of the national status filter that it brings; null: none. */
  readonly nationalDay: number | null;
  /** Grants whose rows it brings, beside how requests to other regions stand; null: it says nothing of them. */
  readonly grants: number | null;
  /** Of the format: devices of before read lower ones alone. */
  readonly version: number;
}

/** The lowest form that can say what is to be said. */
function versionOf(what: {
  readonly isPlain: boolean;
  readonly national: { readonly from: string | null } | undefined;
  readonly hasMoves: boolean;
  readonly crossRegion: { readonly hasMarks: boolean } | undefined;
}): number {
  if (what.crossRegion !== undefined)
    return what.crossRegion.hasMarks ? BUNDLE_VERSION : GRANTS_BUNDLE_VERSION;
  if (what.hasMoves) return MOVES_BUNDLE_VERSION;
  if (what.national !== undefined)
    return what.national.from === null ? NATIONAL_BUNDLE_VERSION : NATIONAL_DELTA_BUNDLE_VERSION;
  return what.isPlain ? PLAIN_BUNDLE_VERSION : PICTURES_BUNDLE_VERSION;
}

interface Subject {
  readonly device: Device;
  readonly office: Office;
  readonly region: Region;
}

async function subjectOf(parts: ServerParts, id: string): Promise<Subject> {
  const device = await findDevice(parts.client, id);
  if (device === undefined) throw new RangeError(`no device ${id}`);
  if (device.status !== 'active') throw new RangeError(`device ${id} is ${device.status}`);
  const office = await findOffice(parts.client, device.office);
  const region = office === undefined ? undefined : await parts.regions.find(office.slice);
  if (office === undefined || region === undefined)
    throw new Error(`device ${id} without office or region`);
  return { device, office, region };
}

/** Where the bundle begins; undefined for a full one. Throws RangeError for a state that this region never had. */
async function startOf(
  parts: ServerParts,
  { device, region }: Subject,
  { since, isFull = false }: BundleOrder,
  needsWhole: boolean,
): Promise<number | undefined> {
  if (isFull || (needsWhole && since === undefined)) return undefined;
  // It would take the changes and go on differing, and nobody would know why.
  if (needsWhole)
    throw new RangeError(
      'rows of this device differ, and only a whole bundle mends them: leave --since out',
    );
  const slice = await findSlice(parts.client, region.slice);
  if (since !== undefined) {
    const cursor = typeof since === 'number' ? undefined : readCursor(parts.keys, since);
    const rseq = typeof since === 'number' ? since : cursor?.position;
    const isOurs =
      cursor === undefined || (cursor.slice === region.slice && cursor.epoch === slice?.epoch);
    if (rseq === undefined || !isOurs || rseq > (slice?.head ?? 0))
      throw new RangeError('--since is no state of this region: make a full bundle');
    return rseq;
  }
  const contact = await findContact(parts.client, device.id);
  const isKnown = contact !== undefined && contact.epoch === slice?.epoch;
  return isKnown ? (contact.appliedRseq ?? undefined) : undefined;
}

/** The snapshot is older than what the device had applied: loading it would bring revoked certificates back to life. */
async function isBehind(
  { client }: ServerParts,
  { id }: Device,
  { payload }: SignedStatement,
): Promise<boolean> {
  const contact = await findContact(client, id);
  const { epoch, base } = ManifestSchema.parse(JSON.parse(payload));
  return contact?.epoch === epoch && base.rseq < (contact.appliedRseq ?? 0);
}

async function writeObjects(
  parts: ServerParts,
  writer: VolumeWriter,
  listed: readonly { readonly sha256: string; readonly bytes: number }[],
): Promise<ObjectEntry[]> {
  const entries: ObjectEntry[] = [];
  for (const { sha256, bytes } of listed) {
    const object = await parts.objects.read(sha256, { from: 0, to: bytes - 1 });
    if (object.length !== bytes || sha256Of(object) !== sha256)
      throw new Error(`object ${sha256} is not in the object store as it was published`);
    entries.push({ ...(await writer.add(object)), sha256 });
  }
  return entries;
}

/**
 * Pages from a state to the head, as parts of a tier: they fit every state between its ends. Then one without
 * changes that proves the head.
 */
async function writePages(
  parts: ServerParts,
  runner: SqlRunner,
  writer: VolumeWriter,
  region: Region,
  start: { readonly epoch: string; readonly rseq: number },
): Promise<{ readonly pages: PageEntry[]; readonly state: RegionState }> {
  const pages: PageEntry[] = [];
  let cursor: Cursor = {
    slice: region.slice,
    epoch: start.epoch,
    stable: start.rseq,
    position: start.rseq,
  };
  for (;;) {
    const page = await readPage(runner, cursor, MAX_PAGE_ROWS, 'tier');
    if (page === undefined) throw new RangeError('the region has another history by now');
    const { from, to, state } = page;
    const checkpoint =
      state === undefined
        ? null
        : await parts.statements.sign(
            CheckpointSchema.parse(checkpointOf(region.code, state, parts.nowMs())),
          );
    const place = from === to ? {} : { since: start.rseq };
    const object = await sealPage(page, writeCursor(parts.keys, page.next), region.keys, place);
    pages.push({ ...(await writer.add(object)), sha256: sha256Of(object), from, to, checkpoint });
    if (state !== undefined && from === to) return { pages, state };
    cursor = page.next;
  }
}

/**
 * Writes a bundle for a device into a folder: everything that the line would bring, sealed to the device and
 * signed, in volumes. A device whose slice differs gets a whole one, of a snapshot that is not behind it (`publish`
 * makes one where the last is). Throws RangeError for a device that is not there or may not work any more, for a state that
 * the region never had, and for volumes too small.
 */
export async function makeBundle(
  parts: ServerParts,
  order: BundleOrder,
  publish: (region: string) => Promise<SignedStatement>,
): Promise<MadeBundle> {
  const subject = await subjectOf(parts, order.device);
  const { device, office, region } = subject;
  const wishes = await findWishes(parts.client, device.id);
  const begin = await startOf(parts, subject, order, wishes?.needsWhole ?? false);
  let envelope = await currentManifest(parts, region);
  if (envelope === undefined) throw new RangeError(`region ${region.code} has no snapshot yet`);
  if (begin === undefined && wishes?.needsWhole && (await isBehind(parts, device, envelope)))
    envelope = await publish(region.code);
  const manifest = ManifestSchema.parse(JSON.parse(envelope.payload));
  const chosen = await choosePictures(parts, region, wishes, order.pictureBytes);
  const judged = (wishes?.reads ?? 1) > 1 ? await evidenceJudged(parts, device.id) : [];
  const isPlain = chosen.length === 0 && judged.length === 0;
  const national = await chooseNational(parts, wishes);
  const hasMoves = await bringsMoves(parts.client, region.slice, wishes);
  const crossRegion = await chooseGrants(parts, subject, wishes);
  const version = versionOf({ isPlain, national, hasMoves, crossRegion });
  const kind = begin === undefined ? 'full' : 'delta';
  const from = begin ?? 0;
  const id = randomBytes(16).toString('hex');
  // Before the checkpoint of its end: who has that one has nothing to gain from this bundle.
  const issuedMs = parts.nowMs();
  const contentKey = randomBytes(32);
  const writer = new VolumeWriter({
    folder: order.out,
    name: `fieldcert-${device.id}-${id.slice(0, 8)}`,
    version,
    id,
    contentKey,
    limitBytes: order.volumeBytes ?? VOLUME_BYTES,
  });
  try {
    // Names go with every bundle: a device mends its own by them, or has those that came with a later list.
    const names = namesRef(manifest);
    const listed =
      kind === 'full'
        ? [...manifest.packs, ...manifest.segments]
        : names === undefined
          ? []
          : [names];
    const objects = await writeObjects(parts, writer, listed);
    const start = { epoch: manifest.epoch, rseq: begin ?? manifest.base.rseq };
    const { pages, state, counts, moves } = await parts.client.transaction(
      async (runner) => ({
        ...(await writePages(parts, runner, writer, region, start)),
        counts: await countChanges(runner, region.slice, start.rseq),
        moves: hasMoves ? await readMoves(runner, region.slice) : undefined,
      }),
      'repeatable read',
    );
    await keepState(parts.client, region.slice, state.epoch, state.rseq, state);
    // Data in front: a stick that is pulled too early has brought what matters most.
    const at = { region: region.code, epoch: state.epoch, rseq: state.rseq };
    const moved = await writeMoves(parts, writer, at, moves);
    const granted = await writeGrants(writer, crossRegion, (segments) =>
      writeObjects(parts, writer, segments),
    );
    const publication = await writeNational(writer, national);
    const pictures = await writePictures(parts, writer, chosen);
    const rows =
      kind === 'full' ? manifest.segments.reduce((sum, segment) => sum + segment.rows, 0) : 0;
    const contents = await contentsOf(parts, subject, order, {
      manifest: envelope,
      objects,
      pages,
      counts,
      rows,
      ...(isPlain ? {} : { pictures, evidence: [...judged] }),
      ...publication,
      ...moved,
      ...granted,
    });
    const place = await writer.add(Buffer.from(canonicalJson(contents), 'utf8'));
    const key = await sealBox(boxSubtle, device.boxKey, contentKey, bundleContext(id, device.id));
    let bytes = 0;
    const files = await writer.finish(async (volumes) => {
      bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
      const index: BundleIndex = {
        type: 'bundle',
        id,
        office: office.code,
        device: device.id,
        region: region.code,
        epoch: state.epoch,
        kind,
        from,
        to: state.rseq,
        issuedMs,
        key: Buffer.from(key).toString('base64'),
        volumes: [...volumes],
        contents: { entry: place.entry, offset: place.offset, bytes: place.bytes },
      };
      return JSON.stringify(await parts.statements.sign(BundleIndexSchema.parse(index)));
    });
    const made = { id, device: device.id, kind, from, to: state.rseq, bytes } as const;
    await noteBundle(parts.client, made, parts.nowMs());
    return {
      ...made,
      office: office.code,
      region: region.code,
      files,
      rows,
      counts,
      directives: contents.directives.length,
      verdicts: contents.answer?.verdicts.length ?? 0,
      pictures: pictures.length,
      nationalDay: national?.day ?? null,
      grants: granted.crossRegion?.grants.length ?? null,
      version,
    };
  } catch (error) {
    await writer.abort();
    throw error;
  } finally {
    contentKey.fill(0);
  }
}

async function contentsOf(
  parts: ServerParts,
  { device, office }: Subject,
  { endpoints = [] }: BundleOrder,
  data: Omit<BundleContents, 'manifest' | 'statements' | 'directives' | 'endpoints' | 'answer'> & {
    readonly manifest: SignedStatement;
  },
): Promise<BundleContents> {
  const { client } = parts;
  const contact = await findContact(client, device.id);
  await tellMarksNow(parts, device);
  await tellLevelNow(parts, device);
  return BundleContentsSchema.parse({
    ...data,
    statements: await deviceStatements(parts, office, device.id),
    directives: await openDirectives(client, device.id, MAX_DIRECTIVES),
    endpoints: [...endpoints],
    answer: await answerAgain(parts, device, contact?.settled ?? 0),
  });
}
