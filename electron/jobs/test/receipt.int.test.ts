import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { type ExportReceipt, receiptNameOf } from '../../../shared/protocol/export-receipt';
import { statementBytes } from '../../../shared/protocol/signed-statement';
import type { PublishedPackage } from '../package/builder';
import { encodeManifest } from '../package/manifest';
import { sentenceOf, statementOf } from '../package/statement';
import { verifyFile } from '../package/verify-document';
import { makePackage, makePackageRig } from './package-rig';
import { makeTicketAuthority, ticketAuthority } from './ticket-rig';

const rig = makePackageRig();
afterAll(() => rig.remove());
const target = join(rig.folder, 'FC-20261123-0001.zip');
let published: PublishedPackage;
beforeAll(async () => {
  published = await makePackage(rig, { count: 10, target });
});

/** A receipt as a centre makes it; `change` is signed too. */
function receipt(change: Partial<ExportReceipt> = {}, by = ticketAuthority()): Uint8Array {
  const { manifest } = published;
  const said: ExportReceipt = {
    type: 'export-receipt',
    traceId: manifest.traceId,
    office: manifest.office.code,
    device: 'D-TEST',
    manifestSha256: createHash('sha256').update(encodeManifest(manifest)).digest('hex'),
    takenMs: manifest.createdAtMs + 60_000,
    ...change,
  };
  const payload = canonicalJson(said);
  const kid = createHash('sha256').update(by.spki).digest('hex').slice(0, 16);
  const key = createPrivateKey(by.key);
  const bytes = statementBytes(kid, payload);
  const sig = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const statement = { payload, alg: 'ES256', kid, sig };
  const certificate = by.certificateDer.toString('base64');
  return Buffer.from(
    canonicalJson({ format: 'fieldcert-receipt', version: 1, statement, certificate }),
  );
}
const options = (given?: Uint8Array) => ({
  trustRoots: [rig.rootDer],
  ticketRoots: [ticketAuthority().rootDer],
  ...(given === undefined ? {} : { receipt: given }),
});
const check = async (given: Uint8Array) => {
  const report = await verifyFile(target, options(given));
  return { report, receipt: report.checks.find(({ id }) => id === 'receipt') };
};

describe('a countersignature of the centre', () => {
  // Bug: the signer's own time is taken for the time, or a bound that the centre gave is not said.
  it('says between which moments the package was signed', async () => {
    const { report, receipt: judged } = await check(receipt());
    const { createdAtMs } = published.manifest;
    expect(judged).toMatchObject({ ok: true, isNotice: false });
    expect(report.verdict).toBe('valid');
    expect([report.notBeforeMs, report.notAfterMs]).toEqual([
      createdAtMs - 3_600_000,
      createdAtMs + 60_000,
    ]);
    expect(statementOf(report).proven).toContain('time');
    expect(sentenceOf(report)).toMatch(/it was signed between \S+Z and \S+Z/u);
    const without = await verifyFile(target, options());
    expect(statementOf(without).open).toContain('time');
    expect(sentenceOf(without)).toContain('not before');
    expect(without.notAfterMs).toBeUndefined();
  });

  // Bug: it is found only by who knows of it.
  it('is found beside the package', async () => {
    const path = join(rig.folder, receiptNameOf(basename(target)));
    writeFileSync(path, receipt());
    expect((await verifyFile(target, options())).notAfterMs).toBeDefined();
    writeFileSync(path, 'x'.repeat(100_000));
    const report = await verifyFile(target, options());
    expect(report.notAfterMs).toBeUndefined();
    expect(report.verdict).toBe('valid');
    rmSync(path);
  });

  // Bug: a receipt of another package, of another centre, or an altered one bounds the time; or what somebody laid beside
  // a package makes it a forgery.
  it('of anything else is refused, and takes nothing from the package', async () => {
    const sealed = Buffer.from(receipt());
    const altered = JSON.parse(sealed.toString('utf8')) as { statement: { payload: string } };
    altered.statement.payload = altered.statement.payload.replace(/"takenMs":1/u, '"takenMs":2');
    const cases: [Uint8Array, RegExp][] = [
      [receipt({ manifestSha256: 'ab'.repeat(32) }), /another manifest/u],
      [receipt({ traceId: 'FC-20261123-0002' }), /another export/u],
      [receipt({ office: '110106-AJ' }), /another export/u],
      [receipt({ device: 'D-OTHER' }), /another export/u],
      [receipt({}, makeTicketAuthority()), /not trusted/u],
      [receipt({}, makeTicketAuthority('/CN=device')), /not for statements/u],
      [Buffer.from(JSON.stringify(altered)), /altered/u],
      [Buffer.from('{}'), /not a receipt/u],
      [readFileSync(target), /not a receipt/u],
    ];
    for (const [given, reason] of cases) {
      const { report, receipt: judged } = await check(given);
      expect(judged?.ok, String(reason)).toBe(false);
      expect(judged?.detail).toMatch(reason);
      expect(report.notAfterMs).toBeUndefined();
      expect(statementOf(report).open).toContain('time');
      expect(report.verdict).toBe('valid');
    }
  });
});
