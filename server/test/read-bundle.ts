import { createDecipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  BUNDLE_END,
  BUNDLE_MAGIC,
  type BundleContents,
  BundleContentsSchema,
  type BundleIndex,
  BundleIndexSchema,
  bundleContext,
  type EntryPlace,
  VOLUME_HEAD_BYTES,
  VOLUME_TAIL_BYTES,
} from '../../shared/protocol/bundle';
import { openBox } from '../../shared/protocol/sealed-box';
import { boxSubtle } from '../keys/key-provider';
import type { TestDevice } from './device';
import { hexHash } from './replica';

export interface ReadBundle {
  readonly version: number;
  readonly index: BundleIndex;
  readonly contents: BundleContents;
  readonly read: (place: EntryPlace) => Buffer;
}

/** Reads a bundle as a third party would that has server/bundle/FORMAT.md alone: whole files, no product code of the desk. */
export async function readBundle(
  files: readonly string[],
  device: TestDevice,
): Promise<ReadBundle> {
  const volumes = await Promise.all(files.map((file) => readFile(file)));
  const [first] = volumes;
  if (first === undefined) throw new Error('no volume');
  const endAt = first.length - VOLUME_TAIL_BYTES;
  if (first.toString('latin1', endAt + 4) !== BUNDLE_END) throw new Error('end mark');
  const text = first.toString('utf8', endAt - first.readUInt32BE(endAt), endAt);
  const index = await device.open(JSON.parse(text), BundleIndexSchema);
  const version = first[8] ?? 0;
  if (version < 1 || version > 6) throw new Error('version');
  let before = '';
  for (const [i, volume] of volumes.entries()) {
    const listed = index.volumes[i];
    const body = volume.subarray(0, listed?.bytes ?? 0);
    const hash = hexHash(Buffer.concat([Buffer.from(before, 'hex'), body]));
    if (hash !== listed?.sha256) throw new Error(`hash of volume ${i + 1}`);
    const isHead =
      volume.toString('latin1', 0, 8) === BUNDLE_MAGIC &&
      volume[8] === version &&
      volume.toString('hex', 9, 25) === index.id &&
      volume.readUInt16BE(25) === i + 1;
    if (!isHead || body.length < VOLUME_HEAD_BYTES) throw new Error(`head of volume ${i + 1}`);
    before = hash;
  }
  const pkcs8 = new Uint8Array(device.boxKey.export({ type: 'pkcs8', format: 'der' }));
  const box = new Uint8Array(Buffer.from(index.key, 'base64'));
  const key = await openBox(boxSubtle, pkcs8, box, bundleContext(index.id, index.device));
  if (!key.ok) throw new Error(key.error);
  const read = ({ entry, volume, offset, bytes }: EntryPlace): Buffer => {
    const sealed = volumes[volume - 1]?.subarray(offset, offset + bytes) ?? Buffer.alloc(0);
    const iv = Buffer.alloc(12);
    iv.writeUInt32BE(entry, 8);
    const decipher = createDecipheriv('aes-256-gcm', key.value, iv);
    decipher.setAAD(Buffer.from(`fieldcert-bundle|${version}|${index.id}|${entry}`));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  };
  const place = { ...index.contents, volume: volumes.length };
  const contents = BundleContentsSchema.parse(JSON.parse(read(place).toString('utf8')));
  if (version === 1 && (contents.pictures ?? contents.evidence) !== undefined)
    throw new Error('sections of version 2');
  if (version < 3 && contents.national !== undefined) throw new Error('section of version 3');
  if (version < 5 && contents.moves !== undefined) throw new Error('section of version 5');
  if (version < 6 && contents.crossRegion !== undefined) throw new Error('section of version 6');
  return { version, index, contents, read };
}
