import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTRY_TAG_BYTES } from '../../../../shared/protocol/bundle';
import { StatementChecks } from '../unlock/statement-checks';
import { findBundle } from './find-volumes';
import { takenByReader1 } from './former/reader-1';
import { takenByReader2 } from './former/reader-2';
import { OpenedBundle } from './opened-bundle';

interface Held {
  readonly office: string;
  readonly device: string;
  readonly ca: string;
  readonly statementCertificate: string;
  readonly boxKey: string;
  readonly from: number;
  readonly to: number;
  readonly added: number;
  /** From version 2 on; `bytes` of the sealed entry. */
  readonly pictures?: readonly { readonly sha256: string; readonly bytes: number }[];
}

/** Sticks that servers wrote before a later version was, and what their devices held. */
const folder = join(import.meta.dirname, 'former');
const stick = (version: number): string => join(folder, `stick-${version}.fcb`);

async function opened(version: number) {
  const text = readFileSync(join(folder, `stick-${version}.json`), 'utf8');
  const held = JSON.parse(text) as Held;
  const office = {
    deviceId: held.device,
    office: { code: held.office, name: '', region: '3306' },
  };
  const checks = new StatementChecks(held.ca, held.statementCertificate);
  const found = await findBundle(
    stick(version),
    office as Parameters<typeof findBundle>[1],
    checks,
  );
  expect(found.volumes.map((volume) => volume.version)).toEqual([version]);
  const key = new Uint8Array(Buffer.from(held.boxKey, 'base64'));
  const bundle = await OpenedBundle.open(found, key, new AbortController().signal, () => undefined);
  return { held, bundle };
}

describe('a stick of a former server', () => {
  // Would catch: a reader that forgets the form that sticks in drawers have, or looks for sections that they lack.
  it.each([1, 2])('is read whole: version %i', async (version) => {
    const { held, bundle } = await opened(version);
    expect(bundle.index).toMatchObject({ kind: 'delta', from: held.from, to: held.to });
    const { contents } = bundle;
    expect(contents.counts.added).toBe(held.added);
    for (const page of contents.pages) await bundle.read(page);
    expect(contents.pages.length).toBeGreaterThan(1);
    expect(contents.national).toBeUndefined();
    if (version === 1)
      expect([contents.pictures, contents.evidence]).toEqual([undefined, undefined]);
    else expect(contents.evidence).toEqual([]);
    const pictures = contents.pictures?.map(({ sha256, bytes }) => ({ sha256, bytes }));
    expect(pictures).toEqual(held.pictures);
    for (const entry of contents.pictures ?? [])
      expect(await bundle.readPicture(entry)).toHaveLength(entry.bytes - ENTRY_TAG_BYTES);
    bundle.close();
  });

  // Would catch: a test reader that refuses everything, or takes everything.
  it('is taken by a reader of its time', () => {
    expect([stick(1), stick(2)].map(takenByReader1)).toEqual(['whole', 'newer']);
    expect([stick(1), stick(2)].map(takenByReader2)).toEqual(['whole', 'whole']);
  });
});
