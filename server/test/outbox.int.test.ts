import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { chainBytes, OutboxAnswerSchema, signedBytes } from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import { ReceiptStatementSchema } from '../../shared/protocol/signed-statement';
import { boxSubtle } from '../keys/key-provider';
import { enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { testCentral } from './place';

let close: () => Promise<void>;
let device: TestDevice;
const json = (raw: RawAnswer): unknown => JSON.parse(raw.body.toString('utf8'));

beforeAll(async () => {
  const started = await testCentral({ '3306': 20 });
  close = started.close;
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const slip = await started.central.createEnrolment({ name: '局', region: '3306', users });
  device = await enrolTestDevice(started.central.url, slip.code);
});
afterAll(() => close());

describe('the outbox', () => {
  const command = async (dseq: number, previous: string | null, key: string, kind = 'feedback') => {
    const { deviceId, boxCertificate } = device.answer;
    const spki = new Uint8Array(
      new X509Certificate(boxCertificate).publicKey.export({ type: 'spki', format: 'der' }),
    );
    const sealed = await sealBox(
      boxSubtle,
      spki,
      Buffer.from('{"text":"好"}'),
      outboxContext(deviceId, dseq),
    );
    const unsigned = {
      device: deviceId,
      dseq,
      key,
      kind,
      actor: 'u',
      payload: Buffer.from(sealed).toString('base64'),
      atMs: 1,
      previous,
      sig: '',
    };
    const sig = sign('sha256', signedBytes(unsigned), {
      key: device.signingKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url');
    return { ...unsigned, sig };
  };
  const hashOf = (of: { sig: string }): string =>
    createHash('sha256').update(chainBytes(of)).digest('hex');
  const send = async (...commands: unknown[]) => {
    const answer = OutboxAnswerSchema.parse(json(await device.post(PATHS.outbox, { commands })));
    return {
      verdicts: answer.verdicts.map(({ verdict, reason }) =>
        reason === undefined ? verdict : `${verdict} ${reason}`,
      ),
      receipt: await device.open(answer.receipt, ReceiptStatementSchema),
    };
  };
  const key = (): string => randomBytes(13).toString('hex').toUpperCase();

  // Would catch: a command counted twice after a lost answer, a forged or forked chain taken, or a queue that a rejection blocks.
  it('takes each command once, in order, and remembers its verdict', async () => {
    const firstKey = key();
    const one = await command(1, null, firstKey);
    const two = await command(2, hashOf(one), key(), 'kind-of-the-future');
    const taken = await send(one, two);
    expect(taken.verdicts).toEqual(['applied', 'needs-review kind']);
    expect([taken.receipt.dseq, taken.receipt.head]).toEqual([2, hashOf(two)]);
    expect((await send(one, two)).verdicts).toEqual(taken.verdicts);
    expect((await send(await command(4, hashOf(two), key()))).verdicts).toEqual(['gap expected 3']);
    expect((await send(await command(3, hashOf(one), key()))).verdicts).toEqual(['rejected chain']);
    expect((await send(await command(2, hashOf(one), key()))).verdicts).toEqual(['rejected fork']);
    const forged = { ...(await command(3, hashOf(two), key())), kind: 'approval' };
    expect((await send(forged)).verdicts).toEqual(['rejected signature']);
    const three = await command(3, hashOf(two), firstKey);
    expect((await send(three)).verdicts).toEqual(['duplicate key']);
    const unread = await command(4, hashOf(three), key());
    const moved = { ...unread, dseq: 4, payload: one.payload, sig: '' };
    const resigned = {
      ...moved,
      sig: sign('sha256', signedBytes(moved), {
        key: device.signingKey,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url'),
    };
    expect((await send(resigned, await command(5, hashOf(resigned), key()))).verdicts).toEqual([
      'rejected payload',
      'applied',
    ]);
    expect((await device.post(PATHS.outbox, { commands: [{}] })).status).toBe(400);
  });
});
