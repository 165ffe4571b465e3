import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StatementChecks } from '../unlock/statement-checks';
import { findBundle } from './find-volumes';
import { takenByReader1 } from './former/reader-1';
import { OpenedBundle } from './opened-bundle';

/** A stick that a server wrote before version 2 was, and what its device held. */
const folder = join(import.meta.dirname, 'former');
const STICK = join(folder, 'stick-1.fcb');
const held = JSON.parse(readFileSync(join(folder, 'stick-1.json'), 'utf8')) as {
  readonly office: string;
  readonly device: string;
  readonly ca: string;
  readonly statementCertificate: string;
  readonly boxKey: string;
  readonly from: number;
  readonly to: number;
  readonly added: number;
};

describe('a stick of a former server', () => {
  // Would catch: a reader that forgets the form that sticks in drawers have, or looks for sections that they lack.
  it('is read whole', async () => {
    const office = {
      deviceId: held.device,
      office: { code: held.office, name: '', region: '3306' },
    };
    const checks = new StatementChecks(held.ca, held.statementCertificate);
    const found = await findBundle(STICK, office as Parameters<typeof findBundle>[1], checks);
    expect(found.volumes.map(({ version }) => version)).toEqual([1]);
    const key = new Uint8Array(Buffer.from(held.boxKey, 'base64'));
    const opened = await OpenedBundle.open(
      found,
      key,
      new AbortController().signal,
      () => undefined,
    );
    expect(opened.index).toMatchObject({ kind: 'delta', from: held.from, to: held.to });
    expect(opened.contents.counts.added).toBe(held.added);
    expect([opened.contents.pictures, opened.contents.evidence]).toEqual([undefined, undefined]);
    for (const page of opened.contents.pages) await opened.read(page);
    expect(opened.contents.pages.length).toBeGreaterThan(1);
    opened.close();
  });

  // Would catch: a test reader that refuses everything.
  it('is taken by a reader of its time', () => {
    expect(takenByReader1(STICK)).toBe('whole');
  });
});
