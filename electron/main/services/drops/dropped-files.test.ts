import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DroppedFiles } from './dropped-files';

let folder: string;
let drops: DroppedFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drops-'));
  drops = new DroppedFiles(folder, 10);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const piece = (name: string, offset: number, text: string) =>
  drops.piece(name, offset, new TextEncoder().encode(text));
const textOf = async (path: string) => readFileSync(path, 'utf8');

// Bug: a piece that came twice or not at all, and a list that is judged without some of its rows.
it('puts pieces together in order, and nothing else', async () => {
  await piece('a', 0, '1234');
  await piece('a', 4, '567');
  await expect(piece('a', 4, 'x')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(piece('a', 9, 'x')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(await drops.read('a', textOf)).toBe('1234567');
  await expect(drops.read('a', textOf)).rejects.toMatchObject({ code: 'TABLE_CLOSED' });
  expect(readdirSync(folder)).toEqual([]);
});

// Bug: people's names left in a folder: by a file that was never read, that was too long, or that could not be read.
it('leaves nothing behind', async () => {
  await piece('a', 0, '1234');
  await piece('b', 0, '5678');
  await expect(piece('a', 4, 'x')).rejects.toMatchObject({ code: 'TABLE_CLOSED' });
  expect(readdirSync(folder)).toEqual(['drop-b']);
  await expect(piece('b', 4, '1234567')).rejects.toMatchObject({ code: 'TABLE_TOO_LARGE' });
  expect(readdirSync(folder)).toEqual([]);
  await piece('c', 0, '1');
  await expect(drops.read('c', () => Promise.reject(new Error('unreadable')))).rejects.toThrow();
  await piece('d', 0, '1');
  await drops.closing();
  expect(readdirSync(folder)).toEqual([]);
});

// Bug: two files that are dropped at once, of which the first one's rows stay in the folder until the next start.
it('keeps one of two that are begun at once', async () => {
  await piece('z', 0, '0');
  await Promise.allSettled([piece('a', 0, '1234'), piece('b', 0, '5678')]);
  expect(readdirSync(folder)).toEqual(['drop-b']);
  await drops.closing();
  expect(readdirSync(folder)).toEqual([]);
});
