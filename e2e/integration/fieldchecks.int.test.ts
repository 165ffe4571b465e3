import { deflateSync } from 'node:zlib';
import QRCode from 'qrcode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCentral } from '../../server/embedded';
import { generateRegion } from '../../server/generate/generate';
import { dayInShanghai } from '../../shared/kernel/day';
import { type DeskRig, enrolDesk } from './desk-rig';

const REGION = '3301';
const DATA = {
  region: REGION,
  certificates: 300,
  seed: 'fieldchecks',
  today: dayInShanghai(Date.now()),
};

let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
const people: { readonly name: string; readonly idNumber: string }[] = [];

beforeAll(async () => {
  let id = 0;
  for (const { rows } of generateRegion(DATA, () => ++id))
    for (const { values, secret } of rows.person ?? [])
      people.push({ name: String(values.name), idNumber: String(secret?.idNumber) });
  central = await startCentral();
  await central.seed(DATA);
  ({ rig } = await enrolDesk(central, new TextEncoder().encode('fieldchecks-2026'), {
    region: REGION,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  }));
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
}, 300_000);
afterAll(async () => {
  await rig.close();
  await central.close();
}, 60_000);

const services = () => rig.office.demandServices();
const person = () => {
  const [found] = people;
  if (found === undefined) throw new Error('data');
  return found;
};

describe('scan to verify', () => {
  // Bug: a check leaves no entry in the log, or the entry or the answer repeats whose number it was.
  it('is logged before it is answered, without the number', async () => {
    const { scan, store } = services();
    const { name, idNumber } = person();
    const before = (await store.call('auditVerify', {})).entries;
    const check = await scan.check(`姓名：${name} 身份证号：${idNumber}`, 'scanner');
    expect(check.certificates.length).toBeGreaterThan(0);
    expect(JSON.stringify(check)).not.toContain(idNumber);
    expect(JSON.stringify(check)).not.toContain(name);
    const other = await scan.check(`姓名：赵钱孙 身份证号：${idNumber}`, 'typed');
    expect(other.verdict).toBe('name-mismatch');
    const after = await store.call('auditVerify', {});
    expect(after.isIntact).toBe(true);
    expect(after.entries).toBe(before + 2);
  });

  // Bug: what is not in the slice, or cannot be read, is more than that.
  it.each([
    ['T11010519491231002X', 'not-in-slice'],
    ['T110105194912310021', 'number-invalid'],
    ['javascript:alert(1)', 'incomplete'],
    [`data:text/html,${'A'.repeat(7_000)}`, 'incomplete'],
    ['9'.repeat(90_000), 'too-long'],
    ['\u202e\u200b', 'empty'],
    ["证书编号：' or 1=1 --", 'not-in-slice'],
  ])('%#', async (text, verdict) => {
    expect((await services().scan.check(text, 'pasted')).verdict).toBe(verdict);
  });

  // Bug: a code in a picture is not read, or a second one in it is left out without a word.
  it('reads the codes of a picture', async () => {
    const png = await QRCode.toBuffer(`证书编号：T${person().idNumber}`, { scale: 4 });
    const checks = await services().scan.picture(new Uint8Array(png));
    expect(checks).toHaveLength(1);
    expect(checks?.[0]?.form).toBe('text');
  }, 60_000);

  /** A PNG that says how large it is, with the image data that are given. */
  function png(width: number, height: number, data: Buffer): Uint8Array {
    const chunk = (type: string, body: Buffer) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length);
      head.write(type, 4, 'latin1');
      // No checksum fits: decoders that look at it stop there, others go on.
      return Buffer.concat([head, body, Buffer.alloc(4)]);
    };
    const size = Buffer.alloc(13);
    size.writeUInt32BE(width, 0);
    size.writeUInt32BE(height, 4);
    size.set([8, 0, 0, 0, 0], 8);
    return new Uint8Array(
      Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', size),
        chunk('IDAT', data),
        chunk('IEND', Buffer.alloc(0)),
      ]),
    );
  }

  // Bug: a picture that unfolds to gigabytes, or is none, takes the desk along or is answered by nothing.
  it.each([
    ['a bomb by its size', png(9_999, 9_999, Buffer.alloc(64)), 'SCAN_PICTURE_TOO_LARGE'],
    ['a bomb in its data', png(16, 16, deflateSync(Buffer.alloc(64 << 20))), null],
    [
      'half a picture',
      png(64, 64, deflateSync(Buffer.alloc(64)).subarray(0, 4)),
      'SCAN_PICTURE_DAMAGED',
    ],
    ['a drawing', new TextEncoder().encode('<svg xmlns="x"><script/></svg>'), 'SCAN_PICTURE_TYPE'],
    ['a document', new TextEncoder().encode(`%PDF-1.7${' '.repeat(80)}%%EOF`), 'SCAN_PICTURE_TYPE'],
  ])(
    '%s',
    async (_name, bytes, code) => {
      const answer = services().scan.picture(bytes);
      if (code === null) await answer.catch(({ code: said }) => expect(said).toMatch(/^SCAN_/u));
      else await expect(answer).rejects.toMatchObject({ code });
      expect((await services().scan.check('T11010519491231002X', 'typed')).verdict).toBe(
        'not-in-slice',
      );
    },
    120_000,
  );
});
