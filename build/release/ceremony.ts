import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { releaseCrypto } from '../../electron/crypto/release-signature';
import { utf8Bytes } from '../../shared/kernel/bytes';
import {
  MOST_RELEASES,
  RELEASE_METADATA_MAX_BYTES,
  RELEASE_ROLES,
  ReleaseFileSchema,
  type ReleasePointer,
  ReleaseRootSchema,
  ReleaseSchema,
  ReleaseSnapshotSchema,
  ReleaseTargetsSchema,
  ReleaseTimestampSchema,
  releaseDraft,
} from '../../shared/protocol/release-metadata';
import { firstTrust, nextTrust, parseReleaseEnvelope } from '../../shared/protocol/release-trust';
import { compareVersions } from '../../shared/protocol/release-version';
import { writeBlockMap } from './blocks';
import {
  checkFiles,
  checkMetadata,
  fileFault,
  filesOf,
  hashFile,
  place,
  readFrom,
  rootTrust,
} from './folder';
import { readPublicKey, type SigningKey } from './keys';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 366;
/** A root lives long: who was away for years must still find the way from key to key. */
const ROOT_DAYS = 10 * YEAR_DAYS;

/** By role: how many must sign, and the files `*.pub.json` of those who may. */
const RolesSchema = z.record(
  z.enum(RELEASE_ROLES),
  z.strictObject({
    threshold: z.number().int().min(1).max(16),
    keys: z.array(z.string()).min(1).max(16),
  }),
);

/** What a release says of itself; length, hash and blocks of its files are measured, not told. */
const ReleaseInputSchema = ReleaseSchema.omit({ files: true, publishedMs: true }).extend({
  minimumVersion: ReleaseTargetsSchema.shape.minimumVersion,
  files: z.array(ReleaseFileSchema.omit({ bytes: true, sha256: true, blocks: true })).min(1),
});

export interface Moment {
  readonly nowMs: number;
}

/** Writes the unsigned `<n>.root.json`: the first, or the one after those in the folder. Returns its path. */
export function draftRoot(
  folder: string,
  rolesPath: string,
  drafts: string,
  { nowMs }: Moment,
): string {
  const roles = RolesSchema.parse(JSON.parse(readFileSync(rolesPath, 'utf8')));
  const metadata = join(folder, 'metadata');
  const isFirst = !existsSync(join(metadata, '1.root.json'));
  const version = isFirst ? 1 : rootTrust(readFrom(metadata)).root.version + 1;
  const publics = Object.fromEntries(
    Object.entries(roles).map(([role, { threshold, keys }]) => [
      role,
      { threshold, keys: keys.map(readPublicKey) },
    ]),
  );
  const all = Object.values(publics).flatMap(({ keys }) => keys);
  const root = ReleaseRootSchema.parse({
    type: 'root',
    version,
    issuedMs: nowMs,
    expiresMs: nowMs + ROOT_DAYS * DAY_MS,
    keys: Object.fromEntries(all.map(({ keyid, key }) => [keyid, key])),
    roles: Object.fromEntries(
      Object.entries(publics).map(([role, { threshold, keys }]) => [
        role,
        { threshold, keyids: keys.map(({ keyid }) => keyid) },
      ]),
    ),
  });
  return writeDraft(drafts, `${version}.root.json`, root);
}

/** Adds a key's signature to drafts. What is signed is shown by the caller before. */
export function signDraft(path: string, key: SigningKey): void {
  const envelope = parseReleaseEnvelope(readFileSync(path, 'utf8'));
  if (envelope === undefined) throw new Error(`${path} is no metadata of a release`);
  place(path, `${JSON.stringify(key.sign(envelope))}\n`);
}

/** Checks a signed root against all before it and puts it into the folder. */
export function publishRoot(folder: string, path: string): number {
  const metadata = join(folder, 'metadata');
  const text = readFileSync(path, 'utf8');
  const isFirst = !existsSync(join(metadata, '1.root.json'));
  const trust = isFirst
    ? firstTrust(text, releaseCrypto)
    : nextTrust(rootTrust(readFrom(metadata)), text, releaseCrypto);
  if (!trust.ok) throw new Error(`${path}: ${trust.error}`);
  mkdirSync(metadata, { recursive: true });
  place(join(metadata, `${trust.value.root.version}.root.json`), text);
  return trust.value.root.version;
}

/** Room that signatures take in a file beside what is signed: as many as an envelope holds. */
const SIGNATURES_BYTES = 32 * 256;

/**
 * Drafts what a new release needs: the list with it, without those of `drop`, the snapshot of the list, and what names the snapshot for servers
 * and for sticks. Without `releasePath` no release is added and all dates begin anew. Returns the drafts' paths. Throws, with
 * nothing written, for a version to drop that is not on the list and for a list that no client would read.
 */
export async function draftRelease(
  folder: string,
  releasePath: string | undefined,
  filesFolder: string,
  drafts: string,
  { nowMs }: Moment,
  drop: readonly string[] = [],
): Promise<readonly string[]> {
  const metadata = join(folder, 'metadata');
  const former = formerTargets(metadata);
  const version = (former?.version ?? 0) + 1;
  let { minimumVersion = '0.0.0', releases = [] } = former ?? {};
  for (const one of drop)
    if (!releases.some((release) => release.version === one))
      throw new Error(`release ${one} is not on the list: nothing was drafted`);
  releases = releases.filter((one) => !drop.includes(one.version));
  if (releasePath !== undefined) {
    const input = ReleaseInputSchema.parse(JSON.parse(readFileSync(releasePath, 'utf8')));
    const { minimumVersion: least, files, ...told } = input;
    const measured = await Promise.all(
      files.map(async (file) => {
        const path = join(filesFolder, file.name);
        const blocks = await writeBlockMap(path);
        return { ...file, bytes: statSync(path).size, sha256: await hashFile(path), blocks };
      }),
    );
    const others = releases.filter((one) => one.version !== told.version);
    releases = [...others, { ...told, publishedMs: nowMs, files: measured }].sort((a, b) =>
      compareVersions(a.version, b.version),
    );
    minimumVersion = least;
  }
  const yearly = { issuedMs: nowMs, expiresMs: nowMs + YEAR_DAYS * DAY_MS };
  demandRoom(releases.length);
  const targets = ReleaseTargetsSchema.parse({
    type: 'targets',
    version,
    ...yearly,
    minimumVersion,
    releases,
  });
  const bytes = Buffer.byteLength(JSON.stringify(releaseDraft(targets))) + SIGNATURES_BYTES;
  if (bytes > RELEASE_METADATA_MAX_BYTES)
    throw new Error(
      `the list would have ${bytes} bytes, signatures included, ${RELEASE_METADATA_MAX_BYTES} at most: nothing was drafted; shorter notes, or --drop VERSION lets a release go`,
    );
  const paths = [writeDraft(drafts, `${version}.targets.json`, targets)];
  const snapshot = { type: 'snapshot', version, ...yearly, targets: pointer(version, targets) };
  paths.push(writeDraft(drafts, `${version}.snapshot.json`, snapshot));
  const newest = { version, ...yearly, snapshot: pointer(version, snapshot) };
  paths.push(writeDraft(drafts, 'stick.json', { type: 'stick', ...newest }));
  return paths;
}

/**
 * Signs, with the online key, for `days` from now that a snapshot of the folder is the newest. Throws, with nothing written, for
 * one that is not published there and for one older than the last that was signed: clients refuse to go back.
 */
export function renewTimestamp(
  folder: string,
  snapshotPath: string,
  key: SigningKey,
  days: number,
  { nowMs }: Moment,
): void {
  const metadata = join(folder, 'metadata');
  const text = readFileSync(snapshotPath, 'utf8');
  const signed = parseReleaseEnvelope(text)?.signed;
  if (signed === undefined) throw new Error(`${snapshotPath} is no metadata of a release`);
  const { version } = ReleaseSnapshotSchema.parse(JSON.parse(signed));
  if (readFrom(metadata)(`${version}.snapshot.json`) !== text)
    throw new Error(`${snapshotPath} is not what is published as ${version}.snapshot.json`);
  const before = formerTimestamp(metadata);
  if (before === undefined && version > 1)
    throw new Error(
      `timestamp.json is not there, and snapshot ${version} is not the first: put the last one back, its number has to go on`,
    );
  if (before !== undefined && version < before.snapshot.version)
    throw new Error(
      `snapshot ${version} is older than ${before.snapshot.version}, of which timestamp.json says that it is the newest`,
    );
  const draft = releaseDraft({
    type: 'timestamp',
    version: (before?.version ?? 0) + 1,
    issuedMs: nowMs,
    expiresMs: nowMs + days * DAY_MS,
    snapshot: { version, sha256: releaseCrypto.sha256Hex(utf8Bytes(signed)) },
  });
  place(join(metadata, 'timestamp.json'), `${JSON.stringify(key.sign(draft))}\n`);
}

/**
 * Checks drafts that were signed as a client would, then puts files and metadata into the folder, in an order in which
 * no reader finds a name that leads nowhere. `timestamp.json` is not among them: it is made on the server.
 */
export async function publishRelease(
  folder: string,
  drafts: string,
  filesFolder: string,
  { nowMs }: Moment,
): Promise<string> {
  const metadata = join(folder, 'metadata');
  const { targets } = checkMetadata(readFrom(drafts, metadata), 'stick', nowMs);
  mkdirSync(join(folder, 'files'), { recursive: true });
  // What is published and right stays as it is; all of the new is known to be right before any of it takes a place.
  const coming: string[] = [];
  for (const file of filesOf(targets)) {
    const published = await fileFault(join(folder, 'files', file.name), file);
    if (published === undefined) continue;
    const source = await fileFault(join(filesFolder, file.name), file);
    if (source !== undefined)
      throw new Error(`${file.name}: ${source === 'not there' ? published : source}`);
    coming.push(file.name);
  }
  for (const name of coming) cpSync(join(filesFolder, name), join(folder, 'files', `${name}.new`));
  for (const name of coming)
    renameSync(join(folder, 'files', `${name}.new`), join(folder, 'files', name));
  await checkFiles(folder, targets);
  const version = targets.version;
  for (const name of [`${version}.targets.json`, `${version}.snapshot.json`, 'stick.json'])
    place(join(metadata, name), readFileSync(join(drafts, name), 'utf8'));
  return join(metadata, `${version}.snapshot.json`);
}

function demandRoom(releases: number): void {
  if (releases > MOST_RELEASES)
    throw new Error(
      `the list would have ${releases} releases, ${MOST_RELEASES} at most: nothing was drafted; --drop VERSION lets one go`,
    );
}

function formerTimestamp(metadata: string): z.infer<typeof ReleaseTimestampSchema> | undefined {
  const text = readFrom(metadata)('timestamp.json');
  if (text === undefined) return undefined;
  return ReleaseTimestampSchema.parse(JSON.parse(parseReleaseEnvelope(text)?.signed ?? 'null'));
}

function formerTargets(metadata: string): z.infer<typeof ReleaseTargetsSchema> | undefined {
  if (!existsSync(metadata)) return undefined;
  const versions = readdirSync(metadata).map((name) => /^(\d+)\.targets\.json$/.exec(name)?.[1]);
  const last = Math.max(0, ...versions.map((version) => Number(version ?? 0)));
  const text = readFrom(metadata)(`${last}.targets.json`);
  if (text === undefined) return undefined;
  const signed = parseReleaseEnvelope(text)?.signed ?? '';
  return ReleaseTargetsSchema.parse(JSON.parse(signed));
}

function pointer(version: number, payload: object): ReleasePointer {
  const { signed } = releaseDraft(payload);
  return { version, sha256: releaseCrypto.sha256Hex(utf8Bytes(signed)) };
}

function writeDraft(folder: string, name: string, payload: object): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `${JSON.stringify(releaseDraft(payload))}\n`);
  return path;
}
