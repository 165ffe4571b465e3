import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AppError } from '../../shared/errors/app-error';
import { startDeskRig } from './desk-rig';

/*
 * A desk whose data, and whose stick, lie on a small disk that only this process and its children see. It says its
 * device, reads the path of a bundle that was made for it, imports and exports while there is no room, then again.
 */
const [, , disk = '', address = '', code = ''] = process.argv;

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
/** What a new desk needs to go on before the first row comes. */
const LEFT_BYTES = 1_200_000;

const userData = join(disk, 'desk');
const stick = join(disk, 'stick');
await mkdir(userData);
await mkdir(stick);
const rig = await startDeskRig(userData);
const password = new TextEncoder().encode('wang-wei-2026');
await rig.office.enrol({ address, code, password });
say({ device: (await rig.office.state()).place.device });
const input = createInterface({ input: process.stdin });
const [bundle = ''] = await new Promise<string[]>((resolve) =>
  input.once('line', (line) => resolve([line])),
);
const { bundles, outgoing, store, sync } = rig.office.demandServices();

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

async function fill(leftBytes: number, name: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk);
  await writeFile(join(disk, name), Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
}

async function bring(): Promise<string> {
  rig.chosen.bundle = bundle;
  const preview = await bundles.choose();
  return codeOf(bundles.apply(preview?.handle ?? ''));
}

rig.chosen.folder = stick;
await fill(LEFT_BYTES, 'ballast');
const refused = await bring();
const { hasSlice } = await store.call('state', {});
await fill(0, 'more ballast');
const unwritten = await codeOf(outgoing.write());
say({ refused, hasSlice, unwritten, left: await readdir(stick) });
await rm(join(disk, 'ballast'));
await rm(join(disk, 'more ballast'), { force: true });
const brought = await bring();
const written = await outgoing.write();
say({ brought, proof: (await sync.verify()).state, written: written.files?.length });
await rig.close();
process.exit(0);
