import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  ControlAnswerSchema,
  type ControlReceipt,
  ControlReceiptsAnswerSchema,
  LeaseFileSchema,
  receiptBytes,
} from '../../shared/protocol/control';
import { attachmentPath, objectPath, outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { ServerRefusalSchema } from '../../shared/protocol/enrol';
import { chainBytes, type OutboxCommand, signedBytes } from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import {
  DirectiveStatementSchema,
  LeaseStatementSchema,
  TimeStatementSchema,
} from '../../shared/protocol/signed-statement';
import type { Central } from '../central';
import { boxSubtle } from '../keys/key-provider';
import { enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { testCentral } from './place';

let central: Central;
let close: () => Promise<void>;

const json = (raw: RawAnswer): unknown => JSON.parse(raw.body.toString('utf8'));
const refusal = (raw: RawAnswer): string => ServerRefusalSchema.parse(json(raw)).error.code;
const nonce = (): string => randomBytes(16).toString('hex');
const ask = async (device: TestDevice, asked = nonce()) => {
  const answer = ControlAnswerSchema.parse(
    json(await device.control.get(`${PATHS.control}?nonce=${asked}`)),
  );
  const directives = await Promise.all(
    answer.directives.map((one) => device.open(one, DirectiveStatementSchema)),
  );
  return { ...answer, directives, time: await device.open(answer.time, TimeStatementSchema) };
};
const receiptOf = (
  device: TestDevice,
  directive: string | null,
  outcome: ControlReceipt['outcome'],
): ControlReceipt => {
  const said = {
    type: 'control-receipt' as const,
    device: device.answer.deviceId,
    directive,
    outcome,
    atMs: Date.now(),
  };
  const key = { key: device.controlKey, dsaEncoding: 'ieee-p1363' } as const;
  return { ...said, sig: sign('sha256', receiptBytes(said), key).toString('base64url') };
};
const tell = async (device: TestDevice, receipt: ControlReceipt): Promise<number> =>
  ControlReceiptsAnswerSchema.parse(
    json(await device.control.post(PATHS.controlReceipts, { receipts: [receipt] })),
  ).kept;

const enrolled = async (): Promise<TestDevice> => {
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const slip = await central.createEnrolment({ name: '局', region: '3306', users });
  return enrolTestDevice(central.url, slip.code);
};

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 20 }));
});
afterAll(() => close());

describe('the control certificate', () => {
  // Would catch: a stolen machine-bound key that reads data, or a device certificate that sees another device's orders.
  it('opens the control paths and nothing else, and they open to nothing else', async () => {
    const device = await enrolled();
    const elsewhere = [
      PATHS.health,
      PATHS.manifest,
      PATHS.checkpoint,
      `${PATHS.changes}?cursor=x`,
      PATHS.statements,
      objectPath('0'.repeat(64)),
      attachmentPath('0'.repeat(64)),
    ];
    for (const path of elsewhere)
      expect([path, refusal(await device.control.get(path))]).toEqual([path, 'forbidden']);
    expect(refusal(await device.control.post(PATHS.outbox, { commands: [] }))).toBe('forbidden');
    const stranger = await enrolled();
    for (const one of [device, stranger])
      expect(refusal(await one.get(`${PATHS.control}?nonce=${nonce()}`))).toBe('forbidden');
    expect(refusal(await stranger.post(PATHS.controlReceipts, { receipts: [] }))).toBe('forbidden');
    expect((await device.control.get(PATHS.control)).status).toBe(400);
  });

  // Would catch: an answer that could be kept and played again to hold the device's time back.
  it('brings the server’s time under the nonce of the request', async () => {
    const device = await enrolled();
    const asked = nonce();
    const { time, statements } = await ask(device, asked);
    expect([time.nonce, time.device]).toEqual([asked, device.answer.deviceId]);
    expect(Math.abs(time.atMs - Date.now())).toBeLessThan(600_000);
    expect(statements.length).toBeGreaterThan(2);
  });
});

describe('directives', () => {
  // Would catch: numbers with gaps, orders shown to another device, or one that is told again after its receipt.
  it('reach their device in order until it receipts them', async () => {
    const [device, other] = [await enrolled(), await enrolled()];
    const { deviceId } = device.answer;
    const given = await Promise.all(
      ['一', '二', '三'].map((reason) =>
        central.directive({ device: deviceId, kind: 'lock', reason }),
      ),
    );
    const { directives } = await ask(device);
    expect(directives.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(new Set(directives.map(({ id }) => id))).toEqual(new Set(given.map(({ id }) => id)));
    expect((await ask(other)).directives).toEqual([]);
    const first = directives[0]?.id ?? '';
    expect(await tell(device, receiptOf(device, first, 'locked'))).toBe(1);
    expect(await tell(device, receiptOf(device, first, 'locked'))).toBe(1);
    expect((await ask(device)).directives.map(({ seq }) => seq)).toEqual([2, 3]);
    const foreign = { ...receiptOf(other, first, 'wiped'), device: deviceId };
    expect(await tell(device, foreign)).toBe(0);
    expect((await device.get(PATHS.health)).status).toBe(200);
    await expect(central.directive({ device: 'D-NONE', kind: 'lock', reason: '' })).rejects.toThrow(
      RangeError,
    );
  });

  // Would catch: a wipe that cannot reach a revoked device, or a wiped device that still gets data.
  it('reach a revoked device, and a wiped one is refused everywhere', async () => {
    const device = await enrolled();
    const { deviceId } = device.answer;
    const order = await central.directive({ device: deviceId, kind: 'wipe', reason: '遗失' });
    await central.revokeDevice(deviceId);
    const seen = await ask(device);
    expect([seen.directives[0]?.id, seen.statements]).toEqual([order.id, []]);
    expect(refusal(await device.get(PATHS.health))).toBe('device-revoked');
    expect(await tell(device, receiptOf(device, order.id, 'wiped'))).toBe(1);
    expect(refusal(await device.get(PATHS.manifest))).toBe('device-revoked');
    expect((await ask(device)).directives).toEqual([]);
    await expect(central.leaseFile(deviceId)).rejects.toThrow('wiped');
  });
});

describe('what is carried by hand', () => {
  // Would catch: a lease file that a device cannot verify, or of another device.
  it('a lease file holds a signed lease of the device', async () => {
    const device = await enrolled();
    const { text, untilMs } = await central.leaseFile(device.answer.deviceId);
    const file = LeaseFileSchema.parse(JSON.parse(text));
    const lease = await device.open(file.statement, LeaseStatementSchema);
    expect([lease.device, lease.expiresMs]).toEqual([device.answer.deviceId, untilMs]);
  });

  // Would catch: commands counted twice, a forged line taken, or a wipe believed without the device's signature.
  it('a sealed outbox is taken once, with the receipt of the wipe', async () => {
    const device = await enrolled();
    const { deviceId, boxCertificate } = device.answer;
    const spki = new X509Certificate(boxCertificate).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    const lines: string[] = [];
    let previous: string | null = null;
    for (let dseq = 1; dseq <= 3; dseq++) {
      const payload = Buffer.from(
        canonicalJson({ act: 'locked', directive: null, persons: ['u'], atMs: dseq }),
      );
      const box = await sealBox(
        boxSubtle,
        new Uint8Array(spki),
        payload,
        outboxContext(deviceId, dseq),
      );
      const unsigned: OutboxCommand = {
        device: deviceId,
        dseq,
        key: randomBytes(13).toString('hex').toUpperCase(),
        kind: 'device-act',
        actor: 'u',
        payload: Buffer.from(box).toString('base64'),
        atMs: dseq,
        previous,
        sig: '',
      };
      const key = { key: device.signingKey, dsaEncoding: 'ieee-p1363' } as const;
      const sig = sign('sha256', signedBytes(unsigned), key).toString('base64url');
      const command: OutboxCommand = { ...unsigned, sig };
      previous = createHash('sha256').update(chainBytes(command)).digest('hex');
      lines.push(canonicalJson(command));
    }
    const other = await enrolled();
    const forged = { receipt: { ...receiptOf(other, null, 'wiped'), device: deviceId } };
    const torn = lines[2]?.slice(0, 40) ?? '';
    const early = await central.importOutbox(
      [...lines.slice(0, 2), torn, JSON.stringify(forged)].join('\n'),
    );
    expect(early).toEqual({
      device: deviceId,
      commands: 2,
      verdicts: { applied: 2 },
      isWiped: false,
      unreadable: 2,
    });
    expect((await device.get(PATHS.health)).status).toBe(200);
    const receipt = JSON.stringify({ receipt: receiptOf(device, null, 'wiped') });
    const whole = [...lines, receipt, ''].join('\n');
    for (let again = 0; again < 2; again++)
      expect(await central.importOutbox(whole)).toMatchObject({
        commands: 3,
        verdicts: { applied: 3 },
        isWiped: true,
      });
    expect(refusal(await device.get(PATHS.health))).toBe('device-revoked');
    await expect(central.importOutbox('hello')).rejects.toThrow(RangeError);
  });
});
