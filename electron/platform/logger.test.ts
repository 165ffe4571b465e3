import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error';
import { FileSink } from './log-file';
import { createLogger, RingSink } from './logger';

const root = mkdtempSync(join(tmpdir(), 'fc-log-'));
afterAll(() => rmSync(root, { recursive: true }));
const clock = { nowMs: () => 1_800_000_000_000, monotonicMs: () => 0 };

function logged(event: string, fields: Record<string, unknown> = {}): string {
  const ring = new RingSink(5);
  createLogger({ scope: 'main', sinks: [ring], clock })
    .child('sync')
    .info(event, fields);
  return ring.lines().at(-1) ?? '';
}

describe('logger', () => {
  // Would catch: an ID number, certificate number with one, or phone reaching the log in any field or nesting.
  it('never writes a person’s number', () => {
    const id = fc.stringMatching(/^[1-9]\d{5}(19|20)\d{9}[\dXx]$/);
    const phone = fc.stringMatching(/^1[3-9]\d{9}$/);
    fc.assert(
      fc.property(id, phone, (number, mobile) => {
        const cause = new Error(`bad ${number}`, { cause: { list: [`T${number}`] } });
        const line = logged(`found ${number} of 身份证${number}`, {
          note: `电话${mobile}，号T${number}。`,
          spaced: `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}`,
          deep: { cause },
          asNumber: Number(mobile),
          [number]: 1,
          huge: BigInt(number.slice(0, 17)) * 10n,
        });
        expect(line).not.toContain(number);
        expect(line).not.toContain(mobile);
        expect(line).not.toContain(number.slice(6, 14));
      }),
    );
    expect(logged('full width', { note: '６５０１０２１９９００３０７１２３４' })).not.toContain(
      '６５０１',
    );
  });

  // Would catch: key bytes, PINs or passwords written out, whatever their field is called or holds.
  it('hides secrets and keeps what a reader needs', () => {
    const line = logged('opened', {
      pin: '123456',
      userPin: 'abc',
      K_slice: 'ff00',
      apiKey: 'ff01',
      password: 'x1',
      'token-secret': 'ff02',
      bytes: new Uint8Array([222, 173]),
      buffer: Buffer.from('dead'),
      error: new AppError('DISK_FULL', { neededMb: 3 }),
      atMs: 1_800_000_000_123,
    });
    for (const secret of ['123456', 'abc"', 'ff00', 'ff01', 'x1', 'ff02', '222', 'dead'])
      expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      scope: 'main.sync',
      event: 'opened',
      error: { code: 'DISK_FULL' },
      atMs: 1_800_000_000_123,
      bytes: '[2 bytes]',
    });
  });

  // Would catch: a log call that throws or never ends because of what it was given.
  it('takes anything', () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    fc.assert(fc.property(fc.anything(), (value) => typeof logged('x', { value }) === 'string'));
    const hostile = {
      get boom() {
        throw new Error('no');
      },
    };
    expect(JSON.parse(logged('x', { ring, hostile })).event).toBe('x');
  });

  // Would catch: a log that fills the disk, or lines lost or torn by the move.
  it('keeps the file within its cap', () => {
    const sink = new FileSink(root, 'main', 1000);
    for (let i = 0; i < 100; i++) sink.write(`{"line":${i},"text":"${'字'.repeat(10)}"}`);
    sink.close();
    const read = (name: string) => readFileSync(join(root, name), 'utf8');
    const lines = (read('main.1.jsonl') + read('main.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).line);
    expect(read('main.jsonl').length + read('main.1.jsonl').length).toBeLessThanOrEqual(2000);
    expect(lines).toEqual(lines.map((_, i) => 100 - lines.length + i));
  });
});
