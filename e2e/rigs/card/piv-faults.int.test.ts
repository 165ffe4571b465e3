import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createDevice } from '../../../electron/device/device';
import type { TokenFailureKind } from '../../../electron/device/driver';
import type { CardFault } from '../../../electron/device/piv/card-transport';
import { createPivDriver } from '../../../electron/device/piv/piv-driver';
import { writeTlv } from '../../../electron/device/piv/tlv';
import { opensslVerifies } from '../../../electron/device/test/conformance';
import { makeAuthority } from '../../../electron/device/test/softhsm-rig';
import { Card, type CardSlot, certificateObject } from './card';
import { issueForCard } from './issue';
import { PlayedReader } from './played-readers';
import { CARD_PIN } from './rig-card';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
makeAuthority(folder);
const SIGNING = 'digitalSignature,nonRepudiation';
const signer = issueForCard(folder, { subject: '/CN=Wang Wei', type: 'p256', usage: SIGNING });
const decipher = issueForCard(folder, {
  subject: '/CN=Wang Wei',
  type: 'p256',
  usage: 'keyAgreement',
});
const GUID = Buffer.alloc(16, 0x31);
const tokenId = `piv:${GUID.toString('hex')}`;
const pin = (text = CARD_PIN) => new TextEncoder().encode(text);
const calm = () => new AbortController().signal;

function plugged(signSlot: CardSlot = signer, guid = GUID) {
  const card = new Card({ guid, pin: CARD_PIN, slots: { '9c': signSlot, '9d': decipher } });
  const reader = new PlayedReader(card);
  const device = createDevice([createPivDriver({ id: 'pcsc-piv', readers: reader })]);
  const sign = (digest = randomBytes(32), withPin = pin()) =>
    device.sign({ tokenId, keyRef: '9c', pin: withPin, signal: calm() }, [digest]);
  return { card, reader, device, sign };
}

const pinsGiven = ({ reader }: { reader: PlayedReader }) =>
  reader.commands.filter((apdu) => apdu[1] === 0x20 && apdu.length > 5).length;

describe('certificates of a card', () => {
  const barOf = async (slot: CardSlot) => {
    const { device } = plugged(slot);
    const certs = await device.certs(tokenId);
    if (!certs.ok) return certs.failure.kind;
    const found = certs.value.find(({ keyRef }) => keyRef === '9c');
    return found === undefined ? 'not listed' : found.bar;
  };

  // Bug: a certificate that cannot sign is offered, or one that can is not.
  it('are listed with what keeps them from signing', async () => {
    const issue = (extra: object) =>
      issueForCard(folder, { subject: '/CN=Li Na', type: 'p256', usage: SIGNING, ...extra });
    expect(await barOf(signer)).toBeNull();
    expect(await barOf(issue({ days: [-30, -1] }))).toBe('expired');
    expect(await barOf(issue({ days: [1, 30] }))).toBe('not-yet-valid');
    expect(await barOf(issue({ usage: 'keyEncipherment' }))).toBe('usage');
    expect(await barOf(issue({ type: 'rsa1024' }))).toBe('weak');
    expect(await barOf(issue({ type: 'p384' }))).toBeNull();
  });

  // Bug: a packed certificate is not read, or one that unpacks to gigabytes is.
  it('are unpacked within bounds', async () => {
    const packed = (bytes: Uint8Array) => ({ ...signer, object: certificateObject(bytes, true) });
    expect(await barOf(packed(gzipSync(signer.certificate)))).toBeNull();
    const bomb = gzipSync(Buffer.alloc(8_000_000));
    for (const bytes of [
      bomb,
      gzipSync(Buffer.from('no certificate')),
      Buffer.from('1f8b08', 'hex'),
    ])
      expect(await barOf(packed(bytes))).toBe('not listed');
  });

  // Bug: rubbish in one place of the card hides the certificate of another, or ends the process.
  it('that are malformed hide no others, and are the reason where there is no other', async () => {
    const cut = signer.certificate.subarray(0, 200);
    const lying = Buffer.concat([Buffer.from('538204007082ffff', 'hex'), Buffer.alloc(1_020)]);
    const objects = [
      certificateObject(cut, false),
      certificateObject(Buffer.concat([signer.certificate, Buffer.from([0])]), false),
      lying,
      Buffer.from('5480', 'hex'),
      writeTlv(0x53, Buffer.concat([writeTlv(0x70, signer.certificate), writeTlv(0x70, cut)])),
    ];
    for (const object of objects) {
      expect(await barOf({ ...signer, object })).toBe('not listed');
      const both = { ...signer, object };
      const card = new Card({ guid: GUID, slots: { '9c': both } });
      const device = createDevice([
        createPivDriver({ id: 'pcsc-piv', readers: new PlayedReader(card) }),
      ]);
      const certs = await device.certs(tokenId);
      expect(certs).toMatchObject({ ok: false, failure: { kind: 'failed', layer: 'certificate' } });
    }
  });
});

describe('the PIN of a card', () => {
  // Bug: a locked card, or a PIN that it can never have, costs a try or is asked in vain.
  it('is not given where it cannot be right, and each try is told', async () => {
    const desk = plugged();
    for (const text of ['12345', '123456789'])
      expect(await desk.sign(randomBytes(32), pin(text))).toMatchObject({
        failure: { kind: 'pin-length' },
      });
    expect(pinsGiven(desk)).toBe(0);
    for (const [triesLeft, state] of [
      [2, 'low'],
      [1, 'last'],
    ] as const) {
      const wrong = await desk.sign(randomBytes(32), pin('000000'));
      expect(wrong).toEqual({ ok: false, failure: { kind: 'pin-wrong', triesLeft } });
      expect(await desk.device.pinStatus(tokenId)).toEqual({
        ok: true,
        value: { state, triesLeft },
      });
    }
    const blocked = { ok: false, failure: { kind: 'pin-locked' } };
    expect(await desk.sign(randomBytes(32), pin('000000'))).toEqual(blocked);
    expect(pinsGiven(desk)).toBe(3);
    expect(await desk.sign()).toEqual(blocked);
    expect(pinsGiven(desk)).toBe(3);
    expect(await desk.device.pinStatus(tokenId)).toEqual({
      ok: true,
      value: { state: 'locked', triesLeft: 0 },
    });
  });

  // Bug: a card reset while the PIN was given is given it again by itself: one typing error costs two tries.
  it('is never given twice by itself', async () => {
    const desk = plugged();
    desk.reader.misfortune = (_count, apdu) =>
      apdu[1] === 0x20 && apdu.length > 5 ? 'reset' : undefined;
    expect(await desk.sign()).toMatchObject({
      ok: false,
      failure: { kind: 'failed', layer: 'card' },
    });
    expect(pinsGiven(desk)).toBe(1);
  });

  // Bug: a login outlives the session, and the next program at the reader signs with it.
  it('is forgotten by the card at the end of a session', async () => {
    const desk = plugged();
    expect((await desk.sign()).ok).toBe(true);
    expect(desk.reader.forgotten).toBe(1);
    expect(pinsGiven(desk)).toBe(2);
  });

  // Bug: another program gets between two signatures of one PIN entry, or waits for one that nobody asks for any more.
  it('leaves the card to others when a session does not use it', async () => {
    const desk = plugged();
    const { reader, device } = desk;
    await device.list();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const begun = await device.beginSigning({
        tokenId,
        keyRef: '9c',
        pin: pin(),
        signal: calm(),
      });
      if (!begun.ok) throw new Error(begun.failure.kind);
      const sign = () => device.signNext(begun.value, randomBytes(32), calm());
      const commandsOf = async (work: () => Promise<{ readonly ok: boolean }>) => {
        const before = reader.commands.length;
        expect((await work()).ok).toBe(true);
        return reader.commands.slice(before).map((apdu) => apdu[1]);
      };
      expect(await commandsOf(sign)).toEqual([0x20, 0x87]);
      expect(await commandsOf(sign)).toEqual([0x20, 0x87]);
      expect(reader.forgotten).toBe(0);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(reader.forgotten).toBe(1);
      // Selected and asked who it is again, and for its tries before the PIN.
      expect(await commandsOf(sign)).toEqual([0xa4, 0xcb, 0x20, 0x20, 0x87]);
      await device.endSigning(begun.value);
      expect(reader.forgotten).toBe(2);
      expect(pinsGiven(desk)).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a card that leaves, lies or is disturbed', () => {
  // Bug: some moment at which a pulled card counts as a failure of its own, or still as signed.
  it('is removed at whatever command it is pulled', async () => {
    const whole = plugged();
    await whole.device.list();
    expect((await whole.sign()).ok).toBe(true);
    const total = whole.reader.commands.length;
    for (let at = 3; at <= total; at += 1) {
      const desk = plugged();
      await desk.device.list();
      desk.reader.misfortune = (count) => (count === at ? 'removed' : undefined);
      expect([at, await desk.sign()]).toEqual([
        at,
        { ok: false, failure: { kind: 'token-removed' } },
      ]);
      expect((await desk.device.list()).tokens).toEqual([]);
    }
  });

  // Bug: every fault of a reader reads as "cancelled", or a defect of ours as one of the card.
  it.each<[CardFault, TokenFailureKind]>([
    ['busy', 'busy'],
    ['timeout', 'timeout'],
    ['mute', 'failed'],
    ['malformed', 'failed'],
    ['unavailable', 'failed'],
  ])('tells %s as %s', async (fault, kind) => {
    const desk = plugged();
    await desk.device.list();
    desk.reader.misfortune = () => fault;
    expect(await desk.sign()).toMatchObject({ ok: false, failure: { kind } });
  });

  // Bug: another program's reset between two signatures ends an export that could go on.
  it('goes on after a reset by others', async () => {
    const desk = plugged();
    await desk.device.list();
    let resets = 0;
    desk.reader.misfortune = (_count, apdu) => {
      if (apdu[1] !== 0xa4 || resets > 2) return undefined;
      resets += 1;
      return resets % 2 === 1 ? 'reset' : undefined;
    };
    expect((await desk.sign()).ok).toBe(true);
  });

  // Bug: cards exchanged between certificate and signature: another person signs.
  it('is not taken for the one that was there before', async () => {
    const desk = plugged();
    const use = { tokenId, keyRef: '9c', pin: pin(), signal: calm() };
    const begun = await desk.device.beginSigning(use);
    if (!begun.ok) throw new Error(begun.failure.kind);
    const other = plugged(signer, Buffer.alloc(16, 0x32));
    desk.reader.insert(other.card);
    const next = await desk.device.signNext(begun.value, randomBytes(32), calm());
    expect(next).toEqual({ ok: false, failure: { kind: 'token-removed' } });
    expect(other.card.uses).toEqual([]);
  });

  // Bug: a signature of another key, or of another digest, is handed out because the card said 9000.
  it('gives out no signature that does not hold', async () => {
    const message = randomBytes(50);
    const digest = createHash('sha256').update(message).digest();
    const true_ = plugged();
    const signed = await true_.sign(digest);
    if (!signed.ok) throw new Error(signed.failure.kind);
    const [signature = new Uint8Array()] = signed.value;
    expect(opensslVerifies(folder, signer.certificate, message, signature)).toBe(true);
    const replayed = plugged();
    const answer = Buffer.concat([
      writeTlv(0x7c, writeTlv(0x82, signature)),
      Buffer.from([0x90, 0x00]),
    ]);
    replayed.card.tamper = (apdu) => (apdu[1] === 0x87 ? answer : undefined);
    expect(await replayed.sign()).toMatchObject({
      ok: false,
      failure: { kind: 'failed', layer: 'card' },
    });
    const foreign = plugged({ ...signer, certificate: decipher.certificate });
    const outcome = await foreign.sign();
    expect(outcome.ok).toBe(false);
  });

  // Bug: an answer that nobody thought of throws, hangs, takes all memory, or passes for a signature.
  it('is refused with a reason whatever it answers', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .constantFrom('9000', '6100', '61ff', '6c10', '6982', '63c0', '6983', '6a82', '6f00')
        .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
      fc.uint8Array({ maxLength: 256 }).map((data) => Uint8Array.from([...data, 0x90, 0x00])),
    );
    const lies = fc.record({
      ins: fc.constantFrom(0xa4, 0x20, 0xcb, 0x87, 0xc0),
      from: fc.nat({ max: 3 }),
      answers: fc.array(anything, { minLength: 1, maxLength: 4 }),
      bit: fc.option(fc.nat({ max: 2_000 })),
    });
    await fc.assert(
      fc.asyncProperty(lies, async ({ ins, from, answers, bit }) => {
        const desk = plugged();
        let seen = 0;
        desk.card.tamper = (apdu, answer) => {
          if (apdu[1] !== ins) return undefined;
          seen += 1;
          if (seen <= from) return undefined;
          if (bit === null) return answers[(seen - from - 1) % answers.length];
          const changed = Uint8Array.from(answer);
          const at = (bit >> 3) % changed.length;
          changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
          return changed;
        };
        const digest = randomBytes(32);
        const outcomes = [
          await desk.device.certs(tokenId),
          await desk.device.pinStatus(tokenId),
          await desk.sign(digest),
          await desk.device.unwrap(
            { tokenId, keyRef: '9d', pin: pin(), signal: calm() },
            randomBytes(120),
          ),
        ];
        for (const outcome of outcomes) {
          if (!outcome.ok) expect(outcome.failure).not.toMatchObject({ layer: 'driver' });
        }
        expect(outcomes[3]?.ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
