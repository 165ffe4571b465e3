import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { at } from '../paths.mjs';

/**
 * An empty cluster of the embedded engine as an archive, made once per release of the engine: making one takes
 * seconds, and every test file opens databases of its own.
 * @returns {Promise<string>} the archive, for FIELDCERT_EMPTY_DATABASE (server/store/pglite-client.ts)
 */
export async function emptyDatabase() {
  const engine = at('node_modules/@electric-sql/pglite/package.json');
  const { version } = JSON.parse(readFileSync(engine, 'utf8'));
  const folder = at('node_modules/.cache/fieldcert');
  const file = `${folder}/empty-database-${version}.tar`;
  if (existsSync(file)) return file;
  // Not at the top: on a new machine this file is loaded before the packages are there.
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create();
  const archive = await database.dumpDataDir('none');
  await database.close();
  mkdirSync(folder, { recursive: true });
  // Whoever else makes it at this moment makes the same.
  const half = `${file}.${process.pid}`;
  writeFileSync(half, new Uint8Array(await archive.arrayBuffer()));
  renameSync(half, file);
  return file;
}
