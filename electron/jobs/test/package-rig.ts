import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { issueIdentity, makeAuthority, openssl } from '../../device/test/softhsm-rig';
import { type PreparedExport, type PublishedPackage, prepareExport } from '../package/builder';
import type { ExportRow } from '../package/data/rows';
import type { ExportMeta } from '../package/manifest';
import { newVerificationCode } from '../package/verification-code';
import { admitted } from './ticket-rig';

const USAGE = 'digitalSignature,nonRepudiation';

/** An openssl authority and two signers in a folder of their own. */
export interface PackageRig {
  readonly folder: string;
  readonly stagingDir: string;
  readonly rootPem: string;
  readonly rootDer: Uint8Array;
  chainOf(name: SignerName): Uint8Array[];
  signDigest(name: SignerName, digest: Uint8Array): Uint8Array;
  remove(): void;
}

export type SignerName = 'ec' | 'rsa';

export function makePackageRig(): PackageRig {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-pkg-'));
  makeAuthority(folder);
  issueIdentity(folder, {
    name: 'ec',
    subject: '/O=Office/CN=Wang Wei/serialNumber=A-1024',
    usage: USAGE,
  });
  issueIdentity(folder, { name: 'rsa', subject: '/O=Office/CN=Li Na', usage: USAGE });
  openssl(folder, 'x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  return {
    folder,
    stagingDir: join(folder, 'staging'),
    rootPem: join(folder, 'root.pem'),
    rootDer: read('root.der'),
    chainOf: (name) => [read(`${name}.der`), read('root.der')],
    signDigest: (name, digest) =>
      signPrehashed(createPrivateKey(read(`${name}.key`) as Buffer), digest, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a token does: signs a digest, without hashing again. */
function signPrehashed(key: KeyObject, digest: Uint8Array, folder: string): Uint8Array {
  if (key.asymmetricKeyType === 'ec') {
    const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
    return p256.sign(digest, scalar, { prehash: false, format: 'der' });
  }
  return execFileSync(
    'openssl',
    ['pkeyutl', '-sign', '-inkey', join(folder, 'rsa.key'), '-pkeyopt', 'digest:sha256'],
    { input: digest },
  );
}

export function makeMeta(change: Partial<ExportMeta> = {}): ExportMeta {
  const meta = {
    traceId: 'FC-20261123-0001',
    verificationCode: newVerificationCode(),
    office: { code: '110105-AJ', name: '朝阳区应急管理局安全生产执法一科' },
    region: { code: '110105', name: '北京市朝阳区' },
    practice: false,
    createdAtMs: Date.now(),
    dataAsOfMs: Date.now() - 3_600_000,
    sliceRoot: 'ab'.repeat(32),
    requester: { badge: 'A-1024', name: '王伟', role: '检查员' },
    purpose: '建筑施工企业专项检查',
    purposeClass: 'inspection' as const,
    scope: {
      description: '朝阳区 · 建筑施工 · 30 日内到期',
      filters: { 区域: '110105', 状态: '即将到期' },
    },
    rulePack: { id: 'cn-2026', version: '1.0.0' },
    watermark: '王伟 A-1024 离线 FC-DEV-01 2026-11-23 20:00',
    ...change,
  };
  return { ...admitted(meta), ...change };
}

const STATUSES = [
  ['valid', '有效'],
  ['expiring', '即将到期'],
  ['expired', '过期'],
  ['review-due', '应复审'],
  ['revoked', '吊销'],
] as const;

/** Row `index` of a made-up list; some names are traps. */
export function makeRow(index: number): ExportRow {
  const [status, statusLabel] = STATUSES[index % STATUSES.length] ?? ['valid', '有效'];
  const names = ['张*三', '王*', '𠮷*太郎', '买**·***', '=cmd|calc', '欧**国'];
  return {
    status,
    statusLabel,
    name: names[index % names.length] ?? '张*',
    maskedId: '110105********002X',
    certificateNumberMasked: `京建安C1(2015)${String(index).padStart(7, '0')}`,
    kindLabel: '建筑施工企业安全生产考核合格证',
    categoryLabel: '专职安全员 C1',
    companyName: `北京第${index % 997}建筑工程有限责任公司`,
    uscc: '91350100M000100Y43',
    regionName: '北京市朝阳区',
    issuer: '北京市住房和城乡建设委员会',
    validFrom: '2024-03-01',
    validTo: '2027-02-28',
    ...(index % 2 === 0 ? { reviewDue: '2026-12-01' } : {}),
  };
}

export async function* makeBatches(count: number, batchSize = 500): AsyncGenerator<ExportRow[]> {
  for (let start = 0; start < count; start += batchSize) {
    yield Array.from({ length: Math.min(batchSize, count - start) }, (_, index) =>
      makeRow(start + index),
    );
  }
}

export interface MakeRequest {
  readonly count: number;
  readonly signer?: SignerName;
  readonly meta?: ExportMeta;
  readonly target: string;
}

/** Builds and publishes a package with the rig's key. */
export async function makePackage(
  rig: PackageRig,
  request: MakeRequest,
): Promise<PublishedPackage> {
  const signer = request.signer ?? 'ec';
  const prepared = await prepare(rig, signer, request.count, request.meta ?? makeMeta());
  const first = prepared.pdfDigest && rig.signDigest(signer, prepared.pdfDigest);
  const second = rig.signDigest(signer, await prepared.embedPdfSignature(first));
  return prepared.finish(second, request.target);
}

export function prepare(
  rig: PackageRig,
  signer: SignerName,
  count: number,
  meta: ExportMeta,
  signal = new AbortController().signal,
): Promise<PreparedExport> {
  return prepareExport({
    rows: makeBatches(count),
    meta,
    stagingDir: rig.stagingDir,
    certificates: rig.chainOf(signer),
    signal,
  });
}
