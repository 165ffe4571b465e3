import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isEnrolmentClosed, parsePolicy, proxyOf, UNREAD } from '../services/managed/policy';
import { readOwned, UNSAFE } from './managed-policy';

const work = mkdtempSync(join(tmpdir(), 'fieldcert-policy-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const errors: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string) => void errors.push(message),
};
const isRoot = process.getuid?.() === 0;

describe('the managed configuration', () => {
  // Would catch: a field that is read loosely, so that a typing error silently sets nothing; a value without bounds.
  it('takes what it knows within its bounds, and nothing at all of what is no configuration', () => {
    expect(parsePolicy('{}')).toEqual({});
    const whole = {
      server: 'https://centre.example:8443',
      authority: 'a'.repeat(64),
      proxy: '10.1.2.3:3128',
      updates: { source: 'https://releases.example/', installAt: '02:30' },
    };
    expect(parsePolicy(JSON.stringify(whole))).toEqual({
      ...whole,
      updates: { ...whole.updates, channel: 'stable', fetch: 'automatic' },
    });
    for (const bad of [
      '[]',
      'null',
      '7',
      '{',
      `{"server":"https://a.example"${' '.repeat(70_000)}}`,
    ])
      expect(parsePolicy(bad), bad.slice(0, 40)).toEqual(UNREAD);
    fc.assert(fc.property(fc.string(), (text) => void parsePolicy(text)));
    fc.assert(fc.property(fc.json(), (text) => void parsePolicy(text)));
  });

  // Would catch: one wrong value that opens what the administrator closed: enrolment anywhere, a proxy of one's own, updates by themselves;
  // a fault that nobody is told of; a wrong value that takes the right ones beside it along.
  it('leaves out a value that cannot count, keeps the others, and closes what it would have bound', () => {
    const good = { server: 'https://centre.example:8443', authority: 'a'.repeat(64) };
    const cases = [
      [{ server: 'http://centre.example' }, ['server'], true],
      [{ server: 'file:///etc/passwd' }, ['server'], true],
      [{ authority: 'A'.repeat(64) }, ['authority'], true],
      [{ authority: 7 }, ['authority'], true],
      [{ proxy: 'socks://here' }, ['proxy'], false],
      [{ updates: { source: 'ftp://releases.example' } }, ['updates.source'], false],
      [{ updates: { channel: 'nightly' } }, ['updates.channel'], false],
      [{ updates: { installAt: '24:00' } }, ['updates.installAt'], false],
      [{ updates: 3 }, ['updates'], false],
    ] as const;
    for (const [bad, faults, isClosed] of cases) {
      const policy = parsePolicy(JSON.stringify({ ...good, ...bad }));
      expect(policy.faults, JSON.stringify(bad)).toEqual(faults);
      expect(isEnrolmentClosed(policy)).toBe(isClosed);
      const [name = ''] = Object.keys(bad);
      for (const other of ['server', 'authority'] as const)
        expect(policy[other]).toBe(other === name ? undefined : good[other]);
    }
    expect(proxyOf(parsePolicy('{"proxy":"socks://x"}'))).toEqual({ kind: 'system' });
    const updates = { source: 'https://releases.example/', installAt: '24:00' };
    expect(parsePolicy(JSON.stringify({ updates })).updates).toEqual({
      ...{ source: 'https://releases.example/', channel: 'stable', fetch: 'ask' },
    });
    expect(isEnrolmentClosed(UNREAD)).toBe(true);
    expect([proxyOf(UNREAD)?.kind, UNREAD.updates?.fetch]).toEqual(['system', 'ask']);
    expect(isEnrolmentClosed(parsePolicy(JSON.stringify(good)))).toBe(false);
  });

  // Would catch: one field of the next version that opens enrolment to any server under any authority.
  it('leaves out fields that do not exist, by name, and keeps the others', () => {
    const known = { server: 'https://centre.example:8443', authority: 'a'.repeat(64) };
    const told: string[] = [];
    const text = JSON.stringify({ ...known, colour: 1, updates: { installAt: '02:30', until: 2 } });
    expect(parsePolicy(text, (names) => void told.push(...names))).toEqual({
      ...known,
      updates: { installAt: '02:30', channel: 'stable', fetch: 'automatic' },
    });
    expect(told.sort()).toEqual(['colour', 'updates.until']);
    expect(parsePolicy(JSON.stringify({ ...known, colour: 1, proxy: 'socks://x' }))).toMatchObject({
      ...known,
      faults: ['proxy'],
    });
  });

  // Would catch: a guide whose example sets nothing when an administrator copies it, because a field was renamed since.
  it('takes the example of the administrator guide, in both languages', () => {
    for (const language of ['en', 'zh-CN']) {
      const guide = readFileSync(`resources/guide/guide.${language}.md`, 'utf8');
      const example = /```json\n([^`]+)```/.exec(guide)?.[1] ?? '';
      // The one value that the guide describes in words.
      const filled = example.replace(/("authority": )"[^"]*"/, `$1"${'a'.repeat(64)}"`);
      expect(parsePolicy(filled), language).toMatchObject({
        server: 'https://centre.example:8443',
        authority: 'a'.repeat(64),
        proxy: '10.1.2.3:3128',
        updates: { channel: 'stable', fetch: 'automatic', installAt: '02:30' },
      });
    }
  });

  // Would catch: a set proxy that a person's own takes the place of, or one that is read as none.
  it('words its proxy as the line takes it', () => {
    expect(proxyOf({})).toBeUndefined();
    expect(proxyOf({ proxy: 'none' })).toEqual({ kind: 'none' });
    expect(proxyOf({ proxy: 'system' })).toEqual({ kind: 'system' });
    expect(proxyOf({ proxy: 'proxy.example:3128' })).toMatchObject({
      kind: 'manual',
      address: 'proxy.example:3128',
      user: null,
    });
  });

  // Would catch: a place of releases, or a server to enrol with, named by any person of the machine.
  it.runIf(isRoot)(
    'counts only as a plain file that root alone may write, in such a folder',
    () => {
      const folder = join(work, 'etc');
      mkdirSync(folder, { mode: 0o755 });
      const path = join(folder, 'policy.json');
      writeFileSync(path, '{}', { mode: 0o644 });
      expect(readOwned(path, true, log)).toBe('{}');
      for (const mode of [0o664, 0o646, 0o666]) {
        chmodSync(path, mode);
        expect(readOwned(path, true, log), mode.toString(8)).toBe(UNSAFE);
      }
      chmodSync(path, 0o644);
      chmodSync(folder, 0o777);
      expect(readOwned(path, true, log)).toBe(UNSAFE);
      chmodSync(folder, 0o755);
      const link = join(folder, 'link.json');
      symlinkSync(path, link);
      expect(readOwned(link, true, log)).toBe(UNSAFE);
      expect(readOwned(folder, true, log)).toBe(UNSAFE);
      expect(errors).toHaveLength(6);
      // That there is none is the usual thing, not worth a word.
      expect(readOwned(join(folder, 'absent.json'), true, log)).toBeNull();
      expect(errors).toHaveLength(6);
    },
  );
});
