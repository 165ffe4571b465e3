import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { intentText } from '../../../shared/protocol/intents';
import { deviceRecordMessage } from '../../../shared/protocol/signed-record';
import { sentenceOf } from './statement';
import { verifyFile } from './verify-document';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-device-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paper = Buffer.from('%PDF-1.7 paper');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function put(change: Record<string, unknown> = {}): string {
  const intent = intentText({
    type: 'record-intent',
    office: '110105',
    device: 'D-1',
    userId: 'U-1',
    badge: 'B-1',
    name: 'W',
    atMs: 1,
    record: 'site-record',
    trace: 'DC-20260101-0001',
    subject: 'x',
    rows: 1,
    files: [{ name: 'a.pdf', sha256: createHash('sha256').update(paper).digest('hex') }],
  });
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const record = {
    format: 'fieldcert-signed-record',
    version: 1,
    by: 'device',
    intent,
    alg: 'ES256',
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    signature: sign('sha256', deviceRecordMessage(intent), key).toString('base64url'),
    ...change,
  };
  const path = join(folder, 'a.signature.json');
  writeFileSync(path, JSON.stringify(record));
  writeFileSync(join(folder, 'a.pdf'), paper);
  return path;
}

// Bug: what a device signed reads "invalid, do not rely" although nothing is wrong with it; or "not signed" although its
// files or its signature were changed, because nobody looked.
it('tells a device’s record as unsigned where all of it holds, and as invalid where not', async () => {
  const whole = await verifyFile(put(), { trustRoots: [] });
  expect(whole.verdict).toBe('unsigned');
  expect(sentenceOf(whole)).toContain('nobody’s consent');
  const path = put();
  writeFileSync(join(folder, 'a.pdf'), 'another');
  expect((await verifyFile(path, { trustRoots: [] })).verdict).toBe('invalid');
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const foreign = put({
    publicKey: other.export({ type: 'spki', format: 'der' }).toString('base64'),
  });
  expect((await verifyFile(foreign, { trustRoots: [] })).verdict).toBe('invalid');
  expect((await verifyFile(put({ intent: '{}' }), { trustRoots: [] })).verdict).toBe('invalid');
});
