import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { OutgoingBundles, type OutgoingParts } from '../bundle/outgoing';
import { handOut } from '../outbox/hand-out';
import { type OutboxParts, OutboxService } from '../outbox/outbox';
import { type PeopleParts, PeopleService } from '../people/people';
import { FormerOffices, type FormerOfficesParts } from '../restore/former-offices';
import { readPutAside } from '../restore/put-aside';

let folder: string;
let stick: string;
/** Kinds of the log, and what was done, in order. */
let happened: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-before-'));
  stick = join(folder, 'stick');
  await mkdir(stick);
  happened = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const session = {
  office: { deviceId: 'D-1', office: { code: '330401' } },
  view: { userId: 'U-1' },
  keys: { peek: () => new Uint8Array(32) },
};
const sessions = { current: session, demand: () => session };

/** A store whose log takes what it is told, or that locks at the first entry. */
function store(locks: boolean) {
  return {
    call: async (name: string, { kind }: { kind?: string }) => {
      if (name !== 'auditAppend') throw new Error(`too early: ${name}`);
      if (locks) throw new AppError('LOCKED');
      happened.push(kind ?? '');
    },
  };
}
const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

// Would catch, each of them: paper or a file outside that no entry tells of, for a lock came before it was written.
describe('what leaves is in the log before', () => {
  const printing = (locks: boolean, outcome: 'printed' | 'cancelled') =>
    new PeopleService({
      sessions,
      store: store(locks),
      custody: { show: () => ({ part: 'a' }) },
      print: async () => {
        happened.push('paper');
        return outcome;
      },
    } as unknown as PeopleParts).printShown();

  it('a part of the recovery key on paper', async () => {
    expect(await printing(false, 'printed')).toBe('printed');
    expect(happened.splice(0)).toEqual(['recovery-print-begun', 'paper', 'recovery-printed']);
    expect(await printing(false, 'cancelled')).toBe('cancelled');
    expect(happened.splice(0)).toEqual(['recovery-print-begun', 'paper']);
    expect(await codeOf(printing(true, 'printed'))).toBe('LOCKED');
    expect(happened).toEqual([]);
  });

  it('an office that was put aside', async () => {
    const id = join(folder, 'office.before-restore-1');
    await mkdir(id);
    await writeFile(join(id, 'journal.db'), 'sealed');
    const offices = (chosen: string | null) =>
      new FormerOffices({
        officeDir: join(folder, 'office'),
        store: store(true),
        sessions,
        nowMs: () => 1_790_000_000_000,
        program: 'test',
        demandLeaving: () => undefined,
        chooseFolder: async () => chosen,
      } as unknown as FormerOfficesParts);
    expect(await codeOf(offices(null).export(1))).toBe('done');
    expect(await codeOf(offices(stick).export(1))).toBe('LOCKED');
    expect(await readdir(stick)).toEqual([]);
    // What was not handed out is not forgotten by a calendar.
    expect((await readPutAside(id)).exportedMs).toBeNull();
  });

  it('what waits for the server, on a stick', async () => {
    const outgoing = (locks: boolean, chosen: string | null) =>
      new OutgoingBundles({
        store: store(locks),
        sessions,
        outbox: {
          queueAudit: async () => {
            happened.push('queued');
            throw new AppError('DISK_FULL', { neededMb: 1 });
          },
        },
        chooseFolder: async () => chosen,
      } as unknown as OutgoingParts).write();
    expect(await codeOf(outgoing(true, null))).toBe('done');
    expect(await codeOf(outgoing(true, stick))).toBe('LOCKED');
    expect(happened).toEqual([]);
    // And before the log's newest entries are put among what goes: this one goes along.
    expect(await codeOf(outgoing(false, stick))).toBe('DISK_FULL');
    expect(happened).toEqual(['bundle-exported', 'queued']);
  });

  it('the sealed reports as a file', async () => {
    const mirrorPath = join(folder, 'outbox.sealed');
    await writeFile(mirrorPath, 'sealed');
    const outbox = (locks: boolean, chosen: string | null) =>
      new OutboxService({
        store: store(locks),
        sessions,
        mirrorPath,
        handOut: (path: string, name: string, before: () => Promise<void>) =>
          handOut(async () => chosen, path, name, before),
      } as unknown as OutboxParts).exportSealed();
    const target = join(stick, 'o.sealed');
    expect(await outbox(true, null)).toBe(false);
    expect(await codeOf(outbox(true, target))).toBe('LOCKED');
    expect(await readdir(stick)).toEqual([]);
    expect(await outbox(false, target)).toBe(true);
    expect([happened, await readdir(stick)]).toEqual([['outbox'], ['o.sealed']]);
  });
});
