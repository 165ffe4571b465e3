import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salvageInto } from '../../electron/main/services/recovery/evidence';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import { readArguments } from '../../server/cli/arguments';
import { salvageRead } from '../../server/cli/salvage-commands';
import type { ReadSalvage } from '../../server/salvage/read-salvage';
import type { DeviceAct } from '../../shared/protocol/commands';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const PAGE_BYTES = 4096;
let folder: string;
let salvage: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
const services = () => rig.office.demandServices();
let deviceId: string;
let commands = 0;

interface Lines {
  readonly read: ReadSalvage;
  readonly readable: Record<string, unknown>[];
  readonly sealed: string[];
}

async function readAt(where: string, server = central): Promise<Lines> {
  const readable: Record<string, unknown>[] = [];
  const sealed: string[] = [];
  const read = await server.readSalvage(where, {
    readable: (line) => void readable.push(JSON.parse(line)),
    command: (line) => void sealed.push(line),
  });
  return { read, readable, sealed };
}

/** A copy of the salvage, to be changed. */
async function copied(name: string): Promise<string> {
  const to = join(folder, name);
  await cp(salvage, to, { recursive: true });
  return to;
}

const reasonOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'other'),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-salvage-test-'));
  salvage = join(folder, 'salvage');
  await mkdir(salvage);
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: '3301', certificates: 50 });
  rig = await startDeskRig();
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: [{ badge: 'H1', name: '沈怀谨', role: 'head' }],
  });
  const password = new TextEncoder().encode('salvage-2026');
  await rig.office.enrol({ address: central.url, code, password });
  const { outbox, store, sessions } = services();
  ({ deviceId } = sessions.demand().office);
  for (let i = 0; i < 5; i++) {
    const key = `0${'ABCDEFGHJKMNPQRSTVWXYZ'.slice(0, 20)}0000${i}`.slice(0, 26);
    const act: DeviceAct = {
      act: 'lease-renewed',
      directive: null,
      persons: ['H1'],
      atMs: Date.now(),
    };
    await outbox.tellAct(act, key);
    commands++;
  }
  for (let i = 0; i < 300; i++)
    await store.call('auditAppend', { kind: 'query', actor: 'u1', payload: { text: `王伟 ${i}` } });
  await salvageInto(store, join(rig.userData, 'office'), sessions.demand())(salvage);
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.sequential('what an office saved of its journal', () => {
  // Would catch: a salvage that nobody can read, lines that lack what people did, a changed evidence folder, plain text left
  // where it was read.
  it('opens with the key of the server, whole and proven', async () => {
    const before = await readdir(salvage);
    const { read, readable, sealed } = await readAt(salvage);
    expect(read).toMatchObject({ device: deviceId, commands, damagedPages: 0, unreadable: [] });
    expect(read.chain.breaks).toEqual([]);
    expect(read.chain.parts).toEqual([{ from: 1, to: read.auditEntries }]);
    const texts = readable.filter(({ type, kind }) => type === 'audit' && kind === 'query');
    expect(texts.map(({ payload }) => (payload as { text: string }).text)).toEqual(
      Array.from({ length: 300 }, (_, i) => `王伟 ${i}`),
    );
    const acts = readable.filter(({ type }) => type === 'command');
    expect(acts).toHaveLength(commands);
    for (const act of acts)
      expect(act.payload).toMatchObject({ act: 'lease-renewed', persons: ['H1'] });
    expect(sealed).toHaveLength(commands);
    expect(sealed.join('').includes('lease-renewed')).toBe(false);
    expect(await readdir(salvage)).toEqual(before);
  });

  // Would catch: commands that the import takes for unreadable, refuses, or applies twice.
  it('hands its commands to the import of the outbox', async () => {
    const { sealed } = await readAt(salvage);
    const imported = await central.importOutbox(sealed.join('\n'));
    expect(imported).toMatchObject({ device: deviceId, commands, unreadable: 0 });
    expect(imported.verdicts).toEqual({ applied: commands });
    expect((await central.importOutbox(sealed.join('\n'))).verdicts).toEqual(imported.verdicts);
  });

  // Would catch: a salvage that any server opens, or an error that does not say why.
  it('is refused by the server of somebody else, and under another key', async () => {
    const other = await startCentral({ dir: join(folder, 'other') });
    try {
      expect(await reasonOf(readAt(salvage, other))).toMatch(
        /^SalvageRefused: .*key of this server/,
      );
    } finally {
      await other.close();
    }
    // The note of one salvage beside the file of another.
    const mixed = await copied('mixed');
    const again = join(folder, 'again');
    await mkdir(again);
    const { store, sessions } = services();
    await salvageInto(store, join(rig.userData, 'office'), sessions.demand())(again);
    await cp(join(again, 'salvage.json'), join(mixed, 'salvage.json'));
    expect(await reasonOf(readAt(mixed))).toMatch(/^SalvageUnreadable: .*altered or damaged/);
  });

  // Would catch: an altered note or file that reads as if it were whole.
  it('tells what was altered', async () => {
    const noted = await copied('noted');
    const note = JSON.parse(await readFile(join(noted, 'salvage.json'), 'utf8'));
    const box = Buffer.from(note.forServer, 'base64');
    box[box.length - 1] = (box.at(-1) ?? 0) ^ 1;
    const write = (changed: object) =>
      writeFile(join(noted, 'salvage.json'), JSON.stringify({ ...note, ...changed }));
    await write({ forServer: box.toString('base64') });
    expect(await reasonOf(readAt(noted))).toMatch(/^SalvageRefused/);
    await write({ context: 'salvage|D-another' });
    expect(await reasonOf(readAt(noted))).toMatch(/^SalvageRefused/);
    await writeFile(join(noted, 'salvage.json'), '{');
    expect(await reasonOf(readAt(noted))).toMatch(/^SalvageRefused: .*no description/);
    // A bit of any page: told as a refusal, or as a table that breaks off; never read as it is.
    const whole = await readFile(join(salvage, 'salvage.db'));
    const sound = JSON.stringify((await readAt(salvage)).readable);
    const flipped = await copied('flipped');
    let told = 0;
    for (let page = 0; page < whole.length / PAGE_BYTES; page++) {
      const bytes = Buffer.from(whole);
      const at = page * PAGE_BYTES + 200;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(join(flipped, 'salvage.db'), bytes);
      const reason = await readAt(flipped).catch((error: Error) => error.name);
      if (typeof reason === 'string') {
        expect(reason).toBe('SalvageUnreadable');
        told++;
      } else if (reason.read.unreadable.length > 0 || reason.read.chain.breaks.length > 0) told++;
      // A page that nothing reads may be altered without anybody being told; then nothing differs.
      else expect(JSON.stringify(reason.readable)).toBe(sound);
    }
    expect(told).toBeGreaterThan(3);
  });

  // Would catch: entries edited or removed by somebody who holds the file's key, which no page can tell.
  it('says where the chain breaks, and that the rest still hangs together', async () => {
    const key = services().sessions.demand().keys.copy('journal');
    const path = join(rig.userData, 'office', 'journal.db');
    const db = openWritable({ path, key, cacheMb: 8, mayCreate: false, isDurable: true });
    db.transaction(() => {
      db.run(sql`update audit set payload = '{"text":"edited"}' where seq = 100`);
      db.run(sql`delete from audit where seq between 150 and 159`);
      db.run(sql`delete from audit where seq < 5`);
    });
    db.close();
    const edited = join(folder, 'edited');
    await mkdir(edited);
    const { store, sessions } = services();
    await salvageInto(store, join(rig.userData, 'office'), sessions.demand())(edited);
    const { read } = await readAt(edited);
    const last = read.auditEntries + 14;
    expect(read.chain).toEqual({
      parts: [
        { from: 5, to: 99 },
        { from: 101, to: 149 },
        { from: 160, to: last },
      ],
      breaks: [
        { seq: 1, fault: 'gap' },
        { seq: 100, fault: 'payload' },
        { seq: 160, fault: 'gap' },
      ],
    });
  });

  // Would catch: a command that overwrites a file, leaves half of one, or ends well although something is missing.
  it('is written by `central salvage-read`', async () => {
    await central.close();
    const out = join(folder, 'read.jsonl');
    const lines: string[] = [];
    const run = (where: string) => {
      const words = [`--dir=${join(folder, 'central')}`, `--folder=${where}`, `--out=${out}`];
      const args = readArguments(words, ['json'], ['dir', 'folder', 'out', 'commands']);
      const terminal = { out: (line: string) => void lines.push(line), err: () => undefined };
      return salvageRead(args, { ...terminal, untilAsked: async () => undefined });
    };
    try {
      await run(salvage);
      expect(lines.join('\n')).toMatch(/audit chain verifies from entry 1 to \d+/);
      expect((await readFile(`${out}.outbox`, 'utf8')).trim().split('\n')).toHaveLength(commands);
      const first = await readFile(out, 'utf8');
      expect(first).toContain('王伟 299');
      expect(await reasonOf(run(salvage))).toMatch(/^UsageError: .*EEXIST/);
      expect(await readFile(out, 'utf8')).toBe(first);
      await rm(out);
      await rm(`${out}.outbox`);
      expect(await reasonOf(run(join(folder, 'noted')))).toMatch(/^RangeError/);
      expect((await readdir(folder)).filter((name) => name.startsWith('read.'))).toEqual([]);
      expect(await reasonOf(run(join(folder, 'edited')))).toMatch(/^SalvageIncomplete/);
      expect(await readFile(out, 'utf8')).toContain('王伟 299');
    } finally {
      central = await startCentral({ dir: join(folder, 'central') });
    }
  });
});
