import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { objectPath, outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { EvidenceAnswerSchema, evidencePath } from '../../shared/protocol/evidence';
import { ManifestSchema } from '../../shared/protocol/manifest';
import {
  chainBytes,
  OutboxAnswerSchema,
  OutboxHistorySchema,
  signedBytes,
} from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import { ReceiptStatementSchema } from '../../shared/protocol/signed-statement';
import { boxSubtle } from '../keys/key-provider';
import type { SqlClient } from '../store/sql-client';
import { enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { testCentral } from './place';
import { Replica } from './replica';

let close: () => Promise<void>;
let device: TestDevice;
let central: Awaited<ReturnType<typeof testCentral>>['central'];
const json = (raw: RawAnswer): unknown => JSON.parse(raw.body.toString('utf8'));

beforeAll(async () => {
  const started = await testCentral({ '3306': 20 });
  close = started.close;
  ({ central } = started);
  const users = [
    { badge: '1', name: '甲', role: 'inspector' as const },
    { badge: '2', name: '乙', role: 'head' as const },
  ];
  const slip = await started.central.createEnrolment({ name: '局', region: '3306', users });
  device = await enrolTestDevice(started.central.url, slip.code);
});
afterAll(() => close());

describe('the outbox', () => {
  const FEEDBACK = { topic: 'wish', text: '好', program: 'test' };
  const command = async (
    dseq: number,
    previous: string | null,
    key: string,
    kind = 'feedback',
    payload: unknown = FEEDBACK,
    more: { readonly base?: number; readonly actor?: string } = {},
  ) => {
    const { deviceId, boxCertificate } = device.answer;
    const spki = new Uint8Array(
      new X509Certificate(boxCertificate).publicKey.export({ type: 'spki', format: 'der' }),
    );
    const sealed = await sealBox(
      boxSubtle,
      spki,
      Buffer.from(JSON.stringify(payload)),
      outboxContext(deviceId, dseq),
    );
    const unsigned = {
      device: deviceId,
      dseq,
      key,
      kind,
      actor: more.actor ?? 'u',
      ...(more.base === undefined ? {} : { base: more.base }),
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

  /** The chain goes on from the test before; what is sent is next in it. */
  let head: { dseq: number; hash: string };
  const tell = async (
    kind: string,
    payload: unknown,
    more: { readonly base?: number; readonly actor?: string } = {},
  ) => {
    const sent = await command(head.dseq + 1, head.hash, key(), kind, payload, more);
    const { verdicts, receipt } = await send(sent);
    head = { dseq: receipt.dseq, hash: receipt.head ?? '' };
    return verdicts[0];
  };
  /** An id of the slice that is certainly a certificate's. */
  const certificateId = async () => {
    const envelope = json(await device.get(PATHS.manifest));
    const { segments } = await device.open(envelope, ManifestSchema);
    const replica = new Replica(device.keys);
    const found = segments.find(({ entity }) => entity === 'certificate');
    replica.segment((await device.get(objectPath(found?.sha256 ?? ''))).body);
    return replica.of('certificate').keys().next().value as number;
  };
  /** What a database that was restored from yesterday's copy does not have. */
  const forget = (deviceId: string, from: number) =>
    (central as unknown as { parts: { client: SqlClient } }).parts.client.query(
      'delete from outbox where device = $1 and dseq >= $2',
      [deviceId, from],
    );
  const begin = async () => {
    const { receipt } = await send();
    head = { dseq: receipt.dseq, hash: receipt.head ?? '' };
  };

  // Would catch: a kind whose content nobody checks, a request taken twice, or an approval by somebody who may not.
  it('judges every kind by what it says', async () => {
    await begin();
    const note = { note: '现场所见', evidence: [] };
    const first = await certificateId();
    const fix = {
      subject: 'certificate',
      id: first,
      field: 'company',
      proposed: '甲公司',
      ...note,
    };
    expect(await tell('correction', fix, { base: 1 })).toBe('needs-review');
    expect(await tell('correction', fix, { base: 99 })).toBe('needs-review row-changed');
    expect(await tell('correction', { ...fix, id: 999_999_999 })).toBe('rejected row-gone');
    expect(await tell('correction', { ...fix, extra: 1 })).toBe('rejected form');
    const check = { check: ulid(1, randomBytes(10)), result: 'matches', day: 20_777, ...note };
    expect(await tell('field-check', { ...check, subject: 'certificate', id: first })).toBe(
      'applied',
    );
    expect(await tell('field-check', { ...check, subject: 'company', id: 999_999_999 })).toBe(
      'rejected row-gone',
    );
    const fake = { certificate: null, holder: '王伟', place: '工地', ...note };
    expect(await tell('suspected-fake', fake)).toBe('needs-review');
    const out = { traceId: 'T-1', purpose: '检查', count: 3, outcome: 'cancelled', atMs: 5 };
    const record = { ...out, verificationCode: null, packageSha256: null };
    expect(await tell('export-record', record)).toBe('applied');
    expect(await tell('export-record', record)).toBe('rejected export-known');
    const act = { act: 'locked', directive: null, persons: ['1'], atMs: 5 };
    expect(await tell('device-act', act)).toBe('applied');
    expect(await tell('device-act', { ...act, act: 'danced' })).toBe('rejected form');
  });

  // Would catch: an audit log that was cut off or rewritten between two pages taken as if it went on.
  it('takes an audit log that goes on, and notes one that does not', async () => {
    await begin();
    let seq = 0;
    let prev = '0'.repeat(64);
    const entry = () => {
      seq++;
      const header = canonicalJson({ seq, device: device.answer.deviceId, kind: 'query', prev });
      prev = createHash('sha256').update(header).digest('hex');
      return { header, mac: '0'.repeat(64) };
    };
    const [a, b, c] = [entry(), entry(), entry()];
    expect(await tell('audit-page', { from: 1, entries: [a, b] })).toBe('applied');
    const skipped = { from: 4, entries: [entry()] };
    expect(await tell('audit-page', skipped)).toBe('rejected audit-chain');
    const edited = { ...c, header: c.header.replace('"query"', '"quirk"') };
    const page = { from: 3, entries: [edited, ...skipped.entries] };
    expect(await tell('audit-page', page)).toBe('rejected audit-chain');
    expect(await tell('audit-page', { from: 3, entries: [c] })).toBe('applied');
    const standing = await central.outboxOf(device.answer.deviceId);
    expect(standing.audit).toBe(3);
    expect(standing.alarms.map(({ kind }) => kind)).toContain('audit');
  });

  // Would catch: a server that lost or changed what it confirmed and does not notice although the proof is shown to it.
  it('notes that it lost what a receipt of its own confirms', async () => {
    await begin();
    const { deviceId } = device.answer;
    await tell('feedback', FEEDBACK);
    const proof = OutboxAnswerSchema.parse(
      json(await device.post(PATHS.outbox, { commands: [] })),
    ).receipt;
    const { receipt } = await send();
    await forget(deviceId, receipt.dseq);
    const answer = OutboxAnswerSchema.parse(
      json(await device.post(PATHS.outbox, { commands: [], receipt: proof })),
    );
    const now = await device.open(answer.receipt, ReceiptStatementSchema);
    expect(now.dseq).toBe(receipt.dseq - 1);
    const { alarms } = await central.outboxOf(deviceId);
    expect(alarms).toContainEqual({ kind: 'lost', dseq: receipt.dseq });
    // A word that is not its own proves nothing.
    const forged = { ...(proof as { sig: string }), sig: 'A'.repeat(86) };
    await device.post(PATHS.outbox, { commands: [], receipt: forged });
    expect((await central.outboxOf(deviceId)).alarms).toHaveLength(alarms.length);
  });

  // Would catch: a device with an older journal that gets another history than the one it signed.
  it('gives a device its own history back', async () => {
    const { receipt } = await send();
    const page = OutboxHistorySchema.parse(json(await device.get(`${PATHS.outbox}?from=5`)));
    const [first] = page.commands;
    expect(first?.command.dseq).toBe(5);
    const last = page.commands.at(-1)?.command;
    expect([last?.dseq, last && hashOf(last)]).toEqual([receipt.dseq, receipt.head]);
    expect((await device.get(`${PATHS.outbox}?from=0`)).status).toBe(400);
  });

  // Would catch: a photo that a device gives up because the centre judged its command before it read what it names.
  it('knows the evidence of a command whatever it makes of the command', async () => {
    await begin();
    const asked = async (sha256: string) =>
      EvidenceAnswerSchema.parse(json(await device.get(evidencePath(sha256)))).state;
    const named = () => createHash('sha256').update(randomBytes(8)).digest('hex');
    const [future, form, again] = [named(), named(), named()];
    expect(await tell('kind-of-tomorrow', { evidence: [future] })).toBe('needs-review kind');
    // Given back as it is: a history that could not be told would keep a restored device from its outbox for ever.
    const told = await device.get(`${PATHS.outbox}?from=${head.dseq}`);
    expect(OutboxHistorySchema.parse(json(told)).commands[0]?.command.kind).toBe(
      'kind-of-tomorrow',
    );
    expect(await tell('correction', { evidence: [form, 7, 'x'] })).toBe('rejected form');
    const once = key();
    const first = await command(head.dseq + 1, head.hash, once);
    const second = await command(head.dseq + 2, hashOf(first), once, 'feedback', {
      evidence: [again],
    });
    expect((await send(first, second)).verdicts).toEqual(['applied', 'duplicate key']);
    expect(await Promise.all([future, form, again, named()].map(asked))).toEqual([
      'wanted',
      'wanted',
      'wanted',
      'unnamed',
    ]);
  });

  // Would catch: one command that the centre cannot judge and that keeps all those behind it, and before it in its
  // request, from ever arriving.
  it('that it cannot judge waits for a person, and the others go on', async () => {
    await begin();
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    const item = { item: ulid(9, randomBytes(10)), kind: 'search', title: '一', body: '{}' };
    await client.exec('alter table saved_item rename to saved_item_away');
    try {
      const one = await command(head.dseq + 1, head.hash, key());
      const two = await command(
        head.dseq + 2,
        hashOf(one),
        key(),
        'saved-item',
        { ...item, isDeleted: false },
        { actor: '330600-1' },
      );
      const three = await command(head.dseq + 3, hashOf(two), key());
      const { verdicts } = await send(one, two, three);
      expect(verdicts).toEqual(['applied', 'needs-review judge-failed', 'applied']);
      expect((await send(two)).verdicts).toEqual(['needs-review judge-failed']);
    } finally {
      await client.exec('alter table saved_item_away rename to saved_item');
    }
  });
});
