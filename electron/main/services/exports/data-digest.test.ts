import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stagedFiles } from './data-digest';

const root = mkdtempSync(join(tmpdir(), 'fieldcert-staged-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function staged(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'export-1'), { recursive: true });
  for (const [file, text] of Object.entries(files))
    writeFileSync(join(folder, 'export-1', file), text);
  return folder;
}

/** By Node's own SM3, as a person reads it. */
function words(text: string): string {
  const groups = createHash('sm3').update(text).digest('hex').toUpperCase().match(/.{4}/gu) ?? [];
  return `${groups.slice(0, 2).join(' ')} … ${groups.slice(-2).join(' ')}`;
}

describe('what the signing window shows of an export', () => {
  const list = { 'data.xlsx': 'book', 'data.csv': 'rows', 'report.pdf': 'pages' };

  // Bug: the picture of a board is signed without a word of it, and its change leaves the digest as it was.
  it("has a board's picture among the files and in the digest", async () => {
    const shown = await stagedFiles(staged('board', { ...list, 'board.png': 'picture' }));
    expect(shown.files).toEqual([
      { path: 'data.xlsx', bytes: 4 },
      { path: 'data.csv', bytes: 4 },
      { path: 'board.png', bytes: 7 },
      { path: 'report.pdf', bytes: 5 },
    ]);
    expect(shown.digestWords).toBe(words('bookrowspicture'));
  });

  // Bug: a list, which has no picture, shows nothing at all.
  it('has the files of a list', async () => {
    const shown = await stagedFiles(staged('list', list));
    expect(shown.files.map(({ path }) => path)).toEqual(['data.xlsx', 'data.csv', 'report.pdf']);
    expect(shown.digestWords).toBe(words('bookrows'));
  });
});
