import { beforeEach, describe, expect, it } from 'vitest';
import { copySize } from '../../../../shared/domain/policy/copy-limits';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';
import { type BoardName, CopyGuard } from './copy-guard';

const idOf = (n: number) => `33060219${800_101 + n}${1000 + n}`;
const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => `张三${n}\t${idOf(n)}`).join('\n');

describe('guard of copies', () => {
  const boards: Record<BoardName, string> = { clipboard: '', selection: '' };
  let entries: { kind: string; payload: Record<string, unknown> }[] = [];
  let told: unknown[] = [];
  let now = 0;
  let isOpen = true;
  let isLogBroken = false;
  let guard: CopyGuard;

  beforeEach(() => {
    Object.assign(boards, { clipboard: 'of another program', selection: '' });
    entries = [];
    told = [];
    now = 1_000_000;
    isOpen = true;
    isLogBroken = false;
    const store = {
      call: async (_name: string, entry: (typeof entries)[number]) => {
        if (isLogBroken) throw new Error('disk');
        entries.push(entry);
      },
    } as unknown as StoreCaller;
    const sessions = { demand: () => ({ view: { userId: 'u1' } }) } as unknown as SessionHolder;
    guard = new CopyGuard({
      board: {
        names: ['clipboard', 'selection'],
        read: async (name) => boards[name],
        write: async (text) => {
          boards.clipboard = text;
        },
        clear: (name) => {
          boards[name] = '';
        },
      },
      events: { emit: (_name: string, payload: unknown) => void told.push(payload) } as never,
      nowMs: () => now,
      session: () => (isOpen ? { store, sessions } : null),
    });
  });

  const copy = (text: unknown) => {
    guard.pressed();
    return guard.take(text);
  };

  // Bug: rows copied because only the page counts them; an entry in the log that carries what was copied.
  it('copies a handful and refuses a list, with an entry that holds no text', async () => {
    expect(await copy(rows(5))).toBe(true);
    expect(boards.clipboard).toBe(rows(5));
    expect(await copy(rows(6))).toBe(false);
    expect(boards.clipboard).toBe(rows(5));
    expect(told).toEqual([{ why: 'numbers', way: 'copied' }]);
    expect(entries.map(({ kind }) => kind)).toEqual(['copy', 'copy-refused']);
    expect(JSON.stringify(entries)).not.toMatch(/张三|330602/);
  });

  // Bug: names without numbers, or one long line, as the way around the count.
  it('refuses many lines and long texts', async () => {
    expect(await copy(Array.from({ length: 13 }, (_, n) => `人${n}`).join('\r\n'))).toBe(false);
    expect(await copy('张'.repeat(1501))).toBe(false);
    expect(told).toMatchObject([{ why: 'lines' }, { why: 'characters' }]);
  });

  // Bug: a page that was taken over and hands in text by itself, or twice for one press.
  it('takes one text for one press of a key that main saw', async () => {
    expect(await guard.take('张三')).toBe(false);
    expect(await copy('张三')).toBe(true);
    expect(await guard.take('李四')).toBe(false);
    guard.pressed();
    now += 1001;
    expect(await guard.take('李四')).toBe(false);
    guard.pressed();
    now -= 5000;
    expect(await guard.take('李四')).toBe(false);
    for (const odd of [null, 7, {}, '']) expect(await copy(odd)).toBe(false);
    expect(boards.clipboard).toBe('张三');
  });

  // Bug: a list carried out five rows at a time.
  it('counts what was copied within ten minutes', async () => {
    for (let n = 0; n < 6; n++) expect(await copy(rows(5))).toBe(true);
    expect(await copy(idOf(1))).toBe(false);
    expect(told).toEqual([{ why: 'pace', way: 'copied' }]);
    now += 10 * 60_000;
    expect(await copy(idOf(1))).toBe(true);
  });

  // Bug: something copied that the log does not know.
  it('copies nothing where the log cannot be written', async () => {
    isLogBroken = true;
    await expect(copy('张三')).rejects.toThrow('disk');
    expect(boards.clipboard).toBe('of another program');
  });

  // Bug: a list that reached a clipboard past the guard stays; or what another program put there is removed.
  it('takes a list off that came while the window had the focus, and nothing else', async () => {
    boards.clipboard = rows(50);
    await guard.focused();
    await guard.blurred();
    expect(boards.clipboard).toBe(rows(50));
    await guard.focused();
    boards.clipboard = rows(40);
    boards.selection = rows(6);
    await guard.blurred();
    expect(boards).toEqual({ clipboard: '', selection: '' });
    expect(told).toHaveLength(2);
    expect(entries).toMatchObject([
      { kind: 'copy-refused', payload: { way: 'found', numbers: 40 } },
      { kind: 'copy-refused', payload: { way: 'found', numbers: 6 } },
    ]);
    await guard.focused();
    boards.clipboard = 'two words';
    await guard.blurred();
    expect(boards.clipboard).toBe('two words');
    isOpen = false;
    boards.clipboard = rows(40);
    await guard.blurred();
    expect(boards.clipboard).toBe(rows(40));
  });

  // Bug: masked rows or full-width digits that do not count; days and figures that do.
  it('knows numbers with and without masks', () => {
    expect(copySize('330602********1234 138****5678 T330602********123X').numbers).toBe(3);
    expect(copySize('３３０６０２１９９００１０１１２３４').numbers).toBe(1);
    expect(copySize('330602199001011234 330602199001011234').numbers).toBe(1);
    expect(copySize('2026-11-28 1,234,567 98.5% 12:30:01').numbers).toBe(0);
    expect(copySize('\n \r\n一\n\n二').lines).toBe(2);
  });
});
