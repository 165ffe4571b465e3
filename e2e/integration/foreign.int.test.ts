import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimedDigest } from '../../electron/jobs/package/cms/claimed-digest';
import { sentenceOf } from '../../electron/jobs/package/statement';
import { verifyFile } from '../../electron/jobs/package/verify-document';
import { type ForeignRig, makeForeignRig } from '../../electron/jobs/test/foreign-rig';
import { makePackage, makePackageRig } from '../../electron/jobs/test/package-rig';
import { shownReport } from '../../electron/main/services/verify/verify';

const rig = makePackageRig();
const file = (name: string) => join(rig.folder, name);
let foreign: ForeignRig;
let byPdfsig: Buffer;
let byOpenssl: Buffer;
let own: Buffer;
afterAll(() => rig.remove());

beforeAll(async () => {
  foreign = makeForeignRig(rig.folder);
  byPdfsig = foreign.byPdfsig(foreign.plain);
  byOpenssl = foreign.byOpenssl(foreign.plain);
  const target = file('document.zip');
  await makePackage(rig, { count: 3, target });
  execFileSync('unzip', ['-q', '-o', target, 'report.pdf', '-d', rig.folder]);
  own = readFileSync(file('report.pdf'));
});

async function judge(bytes: Uint8Array) {
  writeFileSync(file('given.pdf'), bytes);
  return verifyFile(file('given.pdf'), { trustRoots: [rig.rootDer] });
}
/** The word that a person reads. */
const shown = async (bytes: Uint8Array) => shownReport(await judge(bytes), 'x.pdf').verdict;
const saidByPdfsig = (bytes: Uint8Array) => {
  writeFileSync(file('asked.pdf'), bytes);
  return execFileSync('pdfsig', ['-nocert', file('asked.pdf')], { encoding: 'utf8' });
};
const flipped = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};

/** With a byte changed, and the digest in the signature made anew to fit: what anybody can do without a key. */
function redigested(pdf: Buffer, at: number): Buffer {
  const found = /\/ByteRange \[0 (\d+) (\d+) (\d+)/u.exec(pdf.toString('latin1'));
  const [first = 0, second = 0, rest = 0] = (found ?? []).slice(1).map(Number);
  const digestOf = (bytes: Buffer) =>
    createHash('sha256')
      .update(bytes.subarray(0, first))
      .update(bytes.subarray(second, second + rest))
      .digest('hex');
  const changed = flipped(pdf, at);
  const room = pdf.toString('latin1', first, second);
  const forged = room.toLowerCase().replace(digestOf(pdf), digestOf(changed));
  expect(forged).not.toBe(room.toLowerCase());
  changed.write(forged, first, 'latin1');
  return changed;
}

describe('a PDF that another program signed', () => {
  // Bug: a whole document, signed with Adobe or poppler, is called altered, and somebody is looked for who altered it.
  it.each([
    ['pdfsig', () => byPdfsig],
    ['openssl in the layout of Adobe', () => byOpenssl],
  ])('is told as not judged here (%s)', async (_name, of) => {
    expect(saidByPdfsig(of())).toContain('Signature is Valid');
    const report = await judge(of());
    expect(report.verdict).toBe('unsupported');
    expect(sentenceOf(report)).toMatch(/^Proven: nothing\. signed by another program/u);
    expect(await shown(of())).toBe('unsupported');
  });

  // Bug: "not judged" hides that the signed bytes were changed, which its digest tells without any trust.
  it.each([
    ['pdfsig', () => byPdfsig],
    ['openssl', () => byOpenssl],
  ])('is altered where a byte of it was changed or cut off (%s)', async (_name, of) => {
    const changed = flipped(of(), of().indexOf('MediaBox[0 0 300'.slice(0, 8), 0, 'latin1'));
    expect(await shown(changed)).toBe('altered');
    expect(await shown(of().subarray(0, of().length - 40))).toBe('altered');
  });

  // Bug: of two persons who signed one after the other the first one's bytes count as altered by the second.
  it('is not judged with two signatures either, and altered where the first one’s bytes are', async () => {
    const twice = foreign.byOpenssl(byOpenssl);
    expect(saidByPdfsig(twice).match(/Signature is Valid/gu)).toHaveLength(2);
    expect(await shown(twice)).toBe('unsupported');
    expect((await judge(twice)).checks[0]?.detail).toContain('2 signatures');
    expect(await shown(flipped(twice, 12))).toBe('altered');
  });

  // Bug: revocation data that a program appended for the long term makes a whole document an altered one.
  it('may have data after its last signature, which is said', async () => {
    const report = await judge(Buffer.concat([byOpenssl, Buffer.from('\n%%EOF\n')]));
    expect(report.verdict).toBe('unsupported');
    expect(report.checks[0]?.detail).toContain('bytes after the last one');
  });
});

describe('a PDF with time stamps', () => {
  // Bug: a time stamp beside the signature, or one of the whole document, makes a whole file an altered one, or passes as a
  // person's signature; a byte that only the time stamp covers may be changed unseen.
  it('is told as such and not judged, and altered where a stamped byte is not as it was', async () => {
    const timed = foreign.byOpensslWithTime(foreign.plain);
    expect(saidByPdfsig(timed)).toContain('Signature is Valid');
    expect((await judge(timed)).checks[0]?.detail).toContain('a time stamp of a signature');
    expect(await shown(timed)).toBe('unsupported');
    expect(await shown(flipped(timed, 12))).toBe('altered');

    const archived = foreign.stamped(timed);
    const { verdict, checks, signer } = await judge(archived);
    expect([verdict, signer]).toEqual(['unsupported', undefined]);
    expect(checks[0]?.detail).toMatch(
      /^signed by another program, 1 time stamps of the document, a time stamp of a signature: a form/u,
    );
    // Behind the signature, before the stamp: no other byte range covers it.
    const between = archived.indexOf('/FT/Sig', timed.length, 'latin1');
    expect(await shown(flipped(archived, between + 1))).toBe('altered');
    expect(await shown(archived.subarray(0, archived.length - 40))).toBe('altered');
    const alone = await judge(foreign.stamped(foreign.plain));
    expect([alone.verdict, alone.checks[0]?.detail.slice(0, 11)]).toEqual([
      'unsupported',
      '1 time stam',
    ]);
  });

  // Bug: who preserves a report of this product with a time stamp, as archives do, is told that somebody changed it.
  it('may be one of this product, preserved by an archive', async () => {
    const timed = foreign.addTime(own);
    expect(await shown(timed)).toBe('unsupported');
    expect((await judge(timed)).checks[0]?.detail).toContain('signed by this program');
    expect(await shown(foreign.stamped(own))).toBe('unsupported');
    expect(await shown(flipped(timed, 700))).toBe('altered');
    expect(await shown(Buffer.concat([timed, Buffer.from('\n')]))).toBe('altered');
    // Bug: a changed report with a digest that fits, under a signature that does not, is "not judged" for its time stamp.
    expect(await shown(redigested(timed, 700))).toBe('altered');
    expect(await shown(foreign.stamped(redigested(own, 700)))).toBe('altered');
  });
});

describe('a document of this product', () => {
  // Bug: whoever appends to it gets "not judged" in the place of "altered".
  it('is altered by what is appended, and not judged where somebody signed it once more', async () => {
    expect((await judge(own)).verdict).toBe('valid');
    expect(await shown(Buffer.concat([own, Buffer.from('\n%%EOF\n')]))).toBe('altered');
    const more = foreign.byOpenssl(own);
    expect(await shown(more)).toBe('unsupported');
    expect(await shown(Buffer.concat([more, Buffer.from('\n%%EOF\n')]))).toBe('altered');
  });

  // Bug: a byte range in another layout makes damage a matter of form.
  it('is altered where its byte range was written anew', async () => {
    const text = own.toString('latin1').replace('/ByteRange [0', '/ByteRange[ 0');
    expect(await shown(Buffer.from(text, 'latin1'))).toBe('altered');
  });
});

describe('the digest that a foreign signature claims', () => {
  // Bug: lying lengths, endless nesting or a cut crash the verifier or keep it busy.
  it('is read from anything without a crash', () => {
    const cms = readFileSync(file('foreign.cms'));
    fc.assert(
      fc.property(fc.nat(cms.length - 1), fc.nat(255), fc.nat(cms.length), (at, byte, length) => {
        const changed = Buffer.from(cms.subarray(0, Math.max(at + 1, length)));
        changed[at] = byte;
        claimedDigest(changed);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void claimedDigest(bytes)));
    expect(claimedDigest(Buffer.alloc(100_000, Buffer.from([0x30, 0x80])))).toBeUndefined();
    expect(claimedDigest(cms)?.algorithmOid).toBe('2.16.840.1.101.3.4.2.1');
  });
});
