import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerAccess } from '../../../electron/main/services/sync/server-access';
import { MAX_OBJECT_BYTES } from '../../../shared/protocol/columns';
import { objectPath } from '../../../shared/protocol/endpoints';
import type { Manifest } from '../../../shared/protocol/manifest';
import type { SegmentFile } from './segment-file';

/** The server's segments on the disk: the same objects for us and for every rival. */
export interface FetchedSlice {
  readonly manifest: Manifest;
  readonly segments: readonly SegmentFile[];
}

export async function fetchSegments(access: ServerAccess, folder: string): Promise<FetchedSlice> {
  const { manifest } = await access.remote.manifest(new AbortController().signal);
  const segments: SegmentFile[] = [];
  for (const { sha256, entity, rows, bytes } of manifest.segments) {
    const ask = { path: objectPath(sha256) };
    const object = await access.line.get(ask, 'application/octet-stream', MAX_OBJECT_BYTES);
    const path = join(folder, sha256);
    writeFileSync(path, object);
    segments.push({ path, sha256, entity, rows, bytes });
  }
  return { manifest, segments };
}
