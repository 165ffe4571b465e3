import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  blockMapName,
  parseBlockMap,
  type ReleaseBlock,
} from '../../../../shared/protocol/release-blocks';
import type { ReleaseFile } from '../../../../shared/protocol/release-metadata';
import type { ServiceLog } from '../ports';
import { type FetchParts, fetchFile } from './fetch-file';
import type { KeptPackage } from './kept-package';
import type { ReleaseSource } from './release-source';
import { Reuse } from './reuse';

/** A place without maps is not asked for long: the whole can be fetched instead. */
const MOST_FRUITLESS = 2;

export interface ReuseQuestion {
  readonly source: ReleaseSource;
  readonly file: ReleaseFile;
  /** The package of the running version, as the same signed list names it. */
  readonly former: ReleaseFile | null;
  /** Where that package still lies, beside those that were kept; the AppImage that runs. */
  readonly formerPath: string | null;
  readonly kept: KeptPackage;
  readonly log: ServiceLog;
}

/**
 * What of a new file can be taken from the package of the running version: by the maps of both, each as long and with the
 * hash that the signed list says. Null where something is missing, with a word in the log: then it is fetched whole.
 * Rejects only where `signal` aborts.
 */
export async function findReuse(
  { source, file, former, formerPath, kept, log }: ReuseQuestion,
  parts: Pick<FetchParts, 'timing' | 'signal'>,
): Promise<Reuse | null> {
  // Nothing is saved by reading less of a stick.
  if (source.medium === 'stick') return null;
  const whole = (why: string): null => {
    log.info('update fetched whole', { file: file.name, why });
    return null;
  };
  if (former === null) return whole('the running version is not on the list');
  const path = formerPath ?? (await kept.find(former.name));
  if (path === null) return whole('no earlier package is kept here');
  await kept.keepOnly([former, file]);
  const maps: (readonly ReleaseBlock[])[] = [];
  for (const one of [former, file]) {
    const map = await mapOf(source, one, kept.folder, parts);
    if (typeof map === 'string') return whole(`${blockMapName(one.name)}: ${map}`);
    maps.push(map);
  }
  const [earlier = [], blocks = []] = maps;
  const reuse = new Reuse(path, earlier, blocks);
  log.info('update fetched by its differences', {
    file: file.name,
    bytes: file.bytes,
    here: reuse.expectedBytes,
  });
  return reuse;
}

/** A file's blocks, or why there are none. */
async function mapOf(
  source: ReleaseSource,
  { name, bytes, blocks }: ReleaseFile,
  folder: string,
  { timing, signal }: Pick<FetchParts, 'timing' | 'signal'>,
): Promise<readonly ReleaseBlock[] | string> {
  if (blocks === undefined) return 'none was signed';
  const asked = { ...blocks, name: blockMapName(name) };
  const parts = { timing, signal, onBytes: () => undefined, mostFruitless: MOST_FRUITLESS };
  try {
    const path = await fetchFile(source, asked, folder, parts);
    const map = parseBlockMap(await readFile(path), bytes);
    if (map !== undefined) return map;
    await rm(join(folder, asked.name), { force: true });
    return 'not the map of this file';
  } catch (error) {
    signal.throwIfAborted();
    return String(error);
  }
}
