import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileHandles } from './file-handles';
import { Presence, presence } from './presence';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-presence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A disk of which one folder does not answer until it is told to. */
function withAwayFolder() {
  const looked: string[] = [];
  let answer: () => void = () => undefined;
  const look = (path: string): Promise<unknown> => {
    looked.push(path);
    if (!path.startsWith('/net'))
      return path.includes('gone') ? Promise.reject() : Promise.resolve();
    return new Promise((resolve) => {
      answer = () => resolve({});
    });
  };
  return { presence: new Presence(look, 30), looked, answer: () => answer() };
}

describe('files in folders of the network', () => {
  // Bug: the history of exports asks for 200 files of a share that is away, one after the other, and every window stands still.
  it('that are away hold nobody up, and take one question alone', async () => {
    const { presence: disk, looked, answer } = withAwayFolder();
    const paths = ['/net/a.zip', '/net/b.zip', '/home/c.zip', '/home/gone.zip'];
    const began = performance.now();
    const first = await disk.of(paths);
    expect(performance.now() - began).toBeLessThan(500);
    expect(Object.fromEntries(first)).toEqual({
      '/net/a.zip': 'away',
      '/net/b.zip': 'away',
      '/home/c.zip': 'there',
      '/home/gone.zip': 'absent',
    });
    await disk.of(paths);
    expect(looked.filter((path) => path.startsWith('/net'))).toEqual(['/net']);
    // The share is there again.
    answer();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const again = disk.of(['/net/a.zip']);
    answer();
    await new Promise((resolve) => setTimeout(resolve, 5));
    answer();
    expect((await again).get('/net/a.zip')).toBe('there');
  });

  // Bug: a page gets a path in place of a handle, or a handle of a file that is gone.
  it('get handles where they are', async () => {
    const here = join(folder, 'here.zip');
    writeFileSync(here, 'x');
    const handles = new FileHandles(presence);
    const found = await handles.of([here, join(folder, 'gone.zip'), null]);
    expect([...found.keys()]).toEqual([here]);
    const handle = found.get(here) ?? '';
    expect((await handles.of([here])).get(here)).toBe(handle);
    expect(await handles.demand(handle)).toBe(here);
    rmSync(here);
    await expect(handles.demand(handle)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(handles.demand('another')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
