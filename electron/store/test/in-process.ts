import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { TransportRing } from '../../crypto/transport-ring';
import { digestEntities } from '../queries/verify';
import { FileKeys } from '../rekey/file-keys';
import type { LoadIdentity } from '../slice/fill';
import { NEW_SLICE_FILE, SLICE_FILE, SliceWriter } from '../slice/slice-writer';
import { openReadable } from '../sqlcipher';
import {
  EPOCH,
  type FixtureSegment,
  MASTER,
  makeCheckpoint,
  makeSegments,
  REFERENCE,
  REGION,
  storeKeys,
} from './fixture';
import type { FixtureSet } from './rows';

/** The slice's writer on a real file, in this process: what needs neither threads nor a store process. */
export interface OwnSlice {
  readonly dir: string;
  readonly path: string;
  readonly writer: SliceWriter;
  remove(): void;
}

export const IDENTITY: LoadIdentity = {
  region: REGION,
  epoch: EPOCH,
  manifestHash: 'a'.repeat(64),
};

export function ownSlice(): OwnSlice {
  const dir = mkdtempSync(join(tmpdir(), 'own-slice-'));
  const writer = reopened(dir);
  return {
    dir,
    path: join(dir, SLICE_FILE),
    writer,
    remove: () => {
      writer.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Another writer of the same folder, as the next start has it; not opened. */
export function reopened(dir: string): SliceWriter {
  const keys = new FileKeys(Uint8Array.from(MASTER.slice), null);
  const transport = new TransportRing(storeKeys().transportPublic ?? new Uint8Array());
  return new SliceWriter(dir, keys, transport, () => undefined);
}

const isLate = ({ entity }: FixtureSegment): boolean => ENTITIES[entity].isLate;

/** A first load of a set at change number 1, all but the swap; late rows too where it says so. */
export async function loaded(
  { dir, writer }: OwnSlice,
  set: FixtureSet,
  withLate = true,
): Promise<void> {
  const segments = makeSegments(set).filter((one) => withLate || !isLate(one));
  writer.loadBegin(IDENTITY);
  for (const { sha256, object, sealed } of segments) writer.loadSegment({ sha256, object, sealed });
  writer.loadIndex(withLate);
  const db = openReadable({ path: join(dir, NEW_SLICE_FILE), key: MASTER.slice });
  const digests = await digestEntities(db, ENTITY_ORDER, () => undefined);
  db.close();
  const sealed = writer.loadSeal({
    digests,
    checkpoint: makeCheckpoint(set, 1),
    cursor: { region: REGION, epoch: EPOCH, rseq: 1, cursor: 'c1' },
    referencePack: REFERENCE,
    withLate,
  });
  if (!sealed.isEqual) throw new Error('the set is not what its checkpoint says');
}
