import { createHash, generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAFE_EXPORT_POLICY } from '../../shared/domain/policy/export-policy';
import {
  attachmentPath,
  CHECKPOINT_HEADER,
  HealthSchema,
  objectPath,
  PATHS,
  regionPaths,
  SCHEMA_HEADER,
  StatementsSchema,
} from '../../shared/protocol/endpoints';
import { EnrolAnswerSchema, ServerRefusalSchema } from '../../shared/protocol/enrol';
import { parseEnrolCode } from '../../shared/protocol/enrol-code';
import { evidencePath } from '../../shared/protocol/evidence';
import {
  CheckpointSchema,
  ManifestSchema,
  ReferencePackSchema,
} from '../../shared/protocol/manifest';
import {
  LeaseStatementSchema,
  OfficeStatementSchema,
  RoleStatementSchema,
} from '../../shared/protocol/signed-statement';
import { ExportPolicyStatementSchema } from '../../shared/protocol/ticket';
import type { Central } from '../central';
import { ask, deviceKeys, enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { openSealed } from './open-attachment';
import { testCentral } from './place';
import { hexHash, Replica } from './replica';

const USERS = [
  { badge: '330600127', name: '许知衡', role: 'inspector' as const },
  { badge: '330600900', name: '卫明', role: 'auditor' as const },
];

let central: Central;
let close: () => Promise<void>;
let device: TestDevice;
let stranger: TestDevice;

const json = (raw: RawAnswer): unknown => JSON.parse(raw.body.toString('utf8'));
const refusal = (raw: RawAnswer): string => ServerRefusalSchema.parse(json(raw)).error.code;
const slipFor = (region: string, validMs?: number) =>
  central.createEnrolment({
    name: '绍兴市应急管理局',
    region,
    users: USERS,
    ...(validMs === undefined ? {} : { validMs }),
  });
const manifestOf = async (of: TestDevice) =>
  of.open(json(await of.get(PATHS.manifest)), ManifestSchema);

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 1_200, '6501': 60 }));
  device = await enrolTestDevice(central.url, (await slipFor('3306')).code);
  stranger = await enrolTestDevice(central.url, (await slipFor('6501')).code);
});
afterAll(() => close());

describe('enrolment', () => {
  // Would catch: statements that do not verify, or administrators who are given a region.
  it('gives statements signed under the CA, with regions for those who may see', async () => {
    const statements = device.answer.statements;
    const office = await device.open(statements[0], OfficeStatementSchema);
    const lease = await device.open(statements[1], LeaseStatementSchema);
    const roles = await Promise.all(
      statements.slice(2, 4).map((one) => device.open(one, RoleStatementSchema)),
    );
    const { policy } = await device.open(statements[4], ExportPolicyStatementSchema);
    expect(policy).toEqual(SAFE_EXPORT_POLICY);
    expect([office.region, office.isPractice, lease.device]).toEqual([
      '3306',
      false,
      device.answer.deviceId,
    ]);
    expect(roles.map(({ role, regions }) => [role, regions])).toEqual([
      ['inspector', ['3306']],
      ['auditor', []],
    ]);
    const again = StatementsSchema.parse(json(await device.get(PATHS.statements)));
    expect((await device.open(again.statements[1], LeaseStatementSchema)).device).toBe(
      device.answer.deviceId,
    );
  });

  // Would catch: a code that works twice, late, or when guessed.
  it('takes a code once, in time, and only a known one', async () => {
    const slip = await slipFor('3306');
    await enrolTestDevice(central.url, slip.code);
    await expect(enrolTestDevice(central.url, slip.code)).rejects.toThrow('code-used');
    const late = await slipFor('3306', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(enrolTestDevice(central.url, late.code)).rejects.toThrow('code-expired');
    expect(
      refusal(await ask({ url: central.url }, PATHS.enrol, deviceKeys('0'.repeat(12)).enrolment)),
    ).toBe('code-unknown');
  });

  // Would catch: an answer lost on the way that costs the code; a second device of one request; a code that opens for other keys.
  it('answers the same request with the same device, and nobody else', async () => {
    const slip = await slipFor('3306');
    const parsed = parseEnrolCode(slip.code);
    const { secret } = parsed.ok ? parsed.value : { secret: '' };
    const { enrolment } = deviceKeys(secret);
    const asked = (body: unknown) => ask({ url: central.url }, PATHS.enrol, body);
    const answers = await Promise.all([asked(enrolment), asked(enrolment)]);
    answers.push(await asked(enrolment));
    const [first, ...others] = answers.map((one) => EnrolAnswerSchema.parse(json(one)));
    for (const other of others) {
      expect(other.deviceId).toBe(first?.deviceId);
      expect(other.tlsCertificate).toBe(first?.tlsCertificate);
      expect(other.controlCertificate).toBe(first?.controlCertificate);
      expect(other.user).toBe(first?.user);
    }
    expect(refusal(await asked(deviceKeys(secret).enrolment))).toBe('code-used');
    await central.revokeDevice(first?.deviceId ?? '');
    expect(refusal(await asked(enrolment))).toBe('bad-request');
  });

  // Would catch: a certificate for a key that the asker does not hold, or one key in three uses.
  it('refuses keys without proof of possession, and burns no code for it', async () => {
    const slip = await slipFor('3306');
    const parsed = parseEnrolCode(slip.code);
    const { secret } = parsed.ok ? parsed.value : { secret: '' };
    const { enrolment } = deviceKeys(secret);
    const foreign = deviceKeys(secret).enrolment.device;
    const stolen = { ...enrolment, device: { ...enrolment.device, tlsKey: foreign.tlsKey } };
    expect(refusal(await ask({ url: central.url }, PATHS.enrol, stolen))).toBe('bad-request');
    const twice = {
      ...enrolment,
      device: { ...enrolment.device, boxKey: enrolment.device.tlsKey },
    };
    expect(refusal(await ask({ url: central.url }, PATHS.enrol, twice))).toBe('bad-request');
    expect(
      refusal(await ask({ url: central.url }, PATHS.enrol, { ...enrolment, region: '6501' })),
    ).toBe('bad-request');
    await enrolTestDevice(central.url, slip.code);
  });
});

describe('the door', () => {
  // Would catch: any route but enrol that answers somebody without a certificate of our CA.
  it('is shut without a certificate of this authority', async () => {
    const paths = [
      PATHS.health,
      PATHS.manifest,
      PATHS.checkpoint,
      `${PATHS.changes}?cursor=x`,
      PATHS.statements,
      objectPath('0'.repeat(64)),
      attachmentPath('0'.repeat(64)),
    ];
    for (const path of paths)
      expect([path, refusal(await ask({ url: central.url }, path))]).toEqual([
        path,
        'device-unknown',
      ]);
    expect(refusal(await ask({ url: central.url }, PATHS.outbox, { commands: [] }))).toBe(
      'device-unknown',
    );
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { Authority } = await import('../keys/authority');
    const { fileKeys } = await import('../keys/key-provider');
    const { secretMemory } = await import('../keys/secret-place');
    const rogue = await Authority.open(fileKeys(secretMemory()), undefined, Date.now());
    const cert = await rogue.issueDevice(
      device.answer.deviceId,
      publicKey.export({ type: 'spki', format: 'der' }),
      Date.now(),
    );
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(refusal(await ask({ url: central.url, cert, key }, PATHS.manifest))).toBe(
      'device-unknown',
    );
  });

  // Would catch: megabytes of nobody's, taken into memory before it is asked who sends them.
  it('refuses a stranger’s large body before it comes', async () => {
    const { hostname, port } = new URL(central.url);
    for (const path of [PATHS.outbox, `${evidencePath('0'.repeat(64))}?at=0&total=1000`]) {
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
      const answer = new Promise<string>((resolve, reject) => {
        socket.once('data', (bytes) => resolve(bytes.toString('utf8')));
        socket.once('error', reject);
      });
      const type = path === PATHS.outbox ? 'application/json' : 'application/octet-stream';
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 200000\r\n\r\n`,
      );
      expect(await answer).toMatch(/^HTTP\/1\.1 40[13] /u);
      socket.destroy();
    }
  });

  // Would catch: a listener that still speaks TLS 1.2.
  it('speaks TLS 1.3 only', async () => {
    const { hostname, port } = new URL(central.url);
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect(
        { host: hostname, port: Number(port), rejectUnauthorized: false, maxVersion: 'TLSv1.2' },
        () => resolve('connected'),
      );
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(outcome).toMatch(/VERSION|PROTO|ALERT/);
  });

  // Would catch: a device that reaches another region's data by naming it, or its objects by their hash.
  it('keeps every device in its own region', async () => {
    expect(HealthSchema.parse(json(await device.get(PATHS.health))).region).toBe('3306');
    expect((await stranger.get(regionPaths.manifest('3306'))).status).toBe(403);
    expect((await stranger.get(regionPaths.manifest('6501'))).status).toBe(200);
    const { segments, cursor } = await manifestOf(device);
    const path = objectPath(segments[0]?.sha256 ?? '');
    expect((await device.get(path)).status).toBe(200);
    const foreign = await stranger.get(path);
    expect([foreign.status, refusal(foreign)]).toEqual([403, 'forbidden']);
    expect(refusal(await stranger.get(`${PATHS.changes}?cursor=${cursor}`))).toBe('cursor-unknown');
  });

  // Would catch: a revoked device that goes on working over what it has.
  it('shuts for a revoked device', async () => {
    const lost = await enrolTestDevice(central.url, (await slipFor('3306')).code);
    expect((await lost.get(PATHS.health)).status).toBe(200);
    await central.revokeDevice(lost.answer.deviceId);
    expect(refusal(await lost.get(PATHS.health))).toBe('device-revoked');
  });
});

describe('objects', () => {
  // Would catch: objects whose name is not their hash, or ranges off by one, which resumed downloads would break on.
  it('are named by their hash and come in ranges', async () => {
    const { segments, packs } = await manifestOf(device);
    const [ref] = segments;
    const path = objectPath(ref?.sha256 ?? '');
    const whole = (await device.get(path)).body;
    expect([hexHash(whole), whole.length]).toEqual([ref?.sha256, ref?.bytes]);
    const cut = Math.floor(whole.length / 3);
    const rest = await device.get(path, { range: `bytes=${cut}-` });
    expect([rest.status, rest.headers['content-range']]).toEqual([
      206,
      `bytes ${cut}-${whole.length - 1}/${whole.length}`,
    ]);
    const head = await device.get(path, { range: `bytes=0-${cut - 1}` });
    expect(Buffer.concat([head.body, rest.body]).equals(whole)).toBe(true);
    expect((await device.get(path, { range: `bytes=${whole.length}-` })).status).toBe(416);
    const reference = packs.find(({ kind }) => kind === 'reference');
    const pack = (await device.get(objectPath(reference?.sha256 ?? ''))).body;
    expect(
      ReferencePackSchema.parse(JSON.parse(pack.toString('utf8'))).bodies.length,
    ).toBeGreaterThan(5);
    expect((await device.get(objectPath('0'.repeat(64)))).status).toBe(404);
    expect((await device.get(objectPath('..%2F..%2Fkeys'))).status).toBe(400);
  });

  // Would catch: attachment rows whose content is not there, not what the row says, or sent and kept in plain.
  it('include the contents of attachments, sealed for the region', async () => {
    const replica = new Replica(device.keys);
    const { segments } = await manifestOf(device);
    for (const { entity, sha256 } of segments)
      if (entity === 'attachment') replica.segment((await device.get(objectPath(sha256))).body);
    const rows = [...replica.of('attachment').values()].map(({ values }) => values);
    for (const [mime, magic] of [
      [2, '\x89PNG'],
      [3, '%PDF'],
    ] as const) {
      const row = rows.find((one) => one.mime === mime);
      const sha256 = String(row?.sha256);
      const { body } = await device.get(attachmentPath(sha256));
      expect([hexHash(body) === sha256, body.includes(magic, 0, 'latin1')]).toEqual([false, false]);
      const plain = openSealed(device.keys, sha256, body);
      expect([hexHash(plain), plain.length, plain.toString('latin1', 0, 4)]).toEqual([
        sha256,
        row?.bytes,
        magic,
      ]);
      // Any byte onwards, of the same bytes.
      const rest = await device.get(attachmentPath(sha256), { range: 'bytes=17-' });
      expect([rest.status, rest.body.equals(body.subarray(17))]).toEqual([206, true]);
      expect((await stranger.get(attachmentPath(sha256))).status).toBe(404);
    }
  });
});

describe('changes', () => {
  // Would catch: a cursor that somebody made up or bent and that is honoured.
  it('refuse any bent cursor', async () => {
    const { cursor } = await manifestOf(device);
    for (let at = 0; at < cursor.length; at += 3) {
      const bent = cursor.slice(0, at) + (cursor[at] === '1' ? '2' : '1') + cursor.slice(at + 1);
      const raw = await device.get(`${PATHS.changes}?cursor=${encodeURIComponent(bent)}`);
      expect([raw.status, refusal(raw)]).toEqual([410, 'cursor-unknown']);
    }
    expect((await device.get(`${PATHS.changes}?cursor=${cursor}&maxRows=0`)).status).toBe(400);
  });

  // Would catch: a last page without its proof, or a proof of another state than the page's.
  it('end with a signed checkpoint of exactly that state', async () => {
    const { cursor, base } = await manifestOf(device);
    await central.mutate({ region: '3306', random: 3 });
    const raw = await device.get(`${PATHS.changes}?cursor=${cursor}`);
    const header = new Replica(device.keys);
    for (const { sha256 } of (await manifestOf(device)).segments)
      header.segment((await device.get(objectPath(sha256))).body);
    expect(header.root()).toBe(base.root);
    const { to, hasMore } = header.page(raw.body);
    const proof = await device.open(
      JSON.parse(Buffer.from(String(raw.headers[CHECKPOINT_HEADER]), 'base64url').toString('utf8')),
      CheckpointSchema,
    );
    expect([hasMore, proof.rseq, proof.root]).toEqual([false, to, header.root()]);
    await central.mutate({ region: '3306', random: 2 });
    const later = await device.open(
      json(await device.get(`${PATHS.checkpoint}?rseq=${to}`)),
      CheckpointSchema,
    );
    expect(later.root).toBe(proof.root);
    expect((await device.get(`${PATHS.checkpoint}?rseq=999999999`)).status).toBe(404);
  });

  // Would catch: a client from the past that is served what it cannot read, or one whose reports are refused with it.
  it('refuse a client from the past in words of its own, and take what it has to send', async () => {
    const { cursor } = await manifestOf(device);
    const old = { [SCHEMA_HEADER]: '0' };
    for (const path of [PATHS.manifest, PATHS.checkpoint, `${PATHS.changes}?cursor=${cursor}`]) {
      const raw = await device.get(path, old);
      expect([raw.status, refusal(raw)]).toEqual([409, 'schema-unsupported']);
      expect((await device.get(path, { [SCHEMA_HEADER]: 'x' })).status).toBe(400);
      // One from the future reads the range in the manifest and knows by itself.
      expect((await device.get(path, { [SCHEMA_HEADER]: '99' })).status).toBe(200);
    }
    expect((await device.get(PATHS.statements, old)).status).toBe(200);
    // Looked at, and found to be no request: not refused for its age.
    expect(refusal(await device.post(PATHS.outbox, {}, old))).toBe('bad-request');
  });

  // Would catch: manifests that do not chain, so that a rolled-back server goes unnoticed.
  it('come with chained manifests', async () => {
    const before = json(await device.get(PATHS.manifest)) as { payload: string };
    await central.snapshot('3306');
    const after = await manifestOf(device);
    expect(after.previous).toBe(createHash('sha256').update(before.payload).digest('hex'));
  });
});
