import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Central } from '../central';
import { ask, enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { teller } from './teller';

const ACTOR = '330600-1';
const PRINT = 'ZYXW-VTSR-QPNM-KJHG';
const REFUSED = '1111-2222-3333-4444';
const TWICE = '5555-6666-7777-8888';
const UNKNOWN = '9999-9999-9999-9999';
let central: Central;
let close: () => Promise<void>;
let device: TestDevice;
let shiftMs = 0;

/** Somebody with the paper in hand and no certificate. */
async function look(path: string, headers: Record<string, string> = {}) {
  const { status, headers: said, body } = await ask({ url: central.url }, path, undefined, headers);
  return { status, said, text: body.toString('utf8') };
}
const page = (path: string, language = 'en') =>
  look(path, { accept: 'text/html,*/*;q=0.1', 'accept-language': language });

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 20 }, { nowMs: () => Date.now() + shiftMs }));
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const enrol = async () => {
    const order = { name: '绍兴 <b>局</b>', region: '3306', isPractice: true, users };
    return enrolTestDevice(central.url, (await central.createEnrolment(order)).code);
  };
  device = await enrol();
  const other = await enrol();
  const [first, second] = [teller(device), teller(other)];
  const record = (code: string, change: Record<string, unknown> = {}) => ({
    ...{
      traceId: `DC-${code.slice(0, 4)}`,
      purpose: '检查 王小明',
      scope: '王小明',
      signer: 'CN=王小明',
    },
    ...{ count: 7, outcome: 'sealed', verificationCode: code, packageSha256: 'ab'.repeat(32) },
    atMs: Date.UTC(2026, 0, 1, 20),
    ...change,
  });
  // Sealed without a ticket: refused by the centre.
  expect(await first.tell('export-record', record(REFUSED), ACTOR)).toContain('rejected');
  const print = {
    traceId: 'DC-1-2',
    verificationCode: PRINT,
    certificate: 3,
    atMs: Date.UTC(2026, 0, 1, 20),
  };
  expect(await first.tell('record-pdf', print, ACTOR)).toBe('applied');
  expect(await first.tell('record-pdf', { ...print, verificationCode: TWICE }, ACTOR)).toBe(
    'applied',
  );
  expect(await second.tell('record-pdf', { ...print, verificationCode: TWICE }, ACTOR)).toBe(
    'applied',
  );
  // Packages that never left the office, and what is no code, bear none.
  await first.tell('export-record', record(UNKNOWN, { outcome: 'cancelled' }), ACTOR);
  expect(await first.tell('record-pdf', { ...print, verificationCode: 'x' }, ACTOR)).toBe(
    'applied',
  );
});
afterAll(() => close());

describe('a code looked up at the centre', () => {
  // Would catch: a look-up that asks for a certificate, does not forgive how people type, or names a person.
  it('says which document bears it, and no person', async () => {
    for (const typed of [
      PRINT,
      PRINT.toLowerCase().replaceAll('-', ''),
      `FIELDCERT:1:DC-1-2:${PRINT}`,
    ]) {
      const { status, text } = await look(`/verify/${encodeURIComponent(typed)}`);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({
        standing: 'taken',
        code: PRINT,
        document: {
          ...{ kind: 'record', trace: 'DC-1-2', office: '绍兴 <b>局</b>', isPractice: true },
          ...{ madeOn: '2026-01-02', count: 1, manifestSha256: null, packageSha256: null },
        },
      });
    }
    const { text } = await look(`/verify?code=${PRINT}`);
    expect(JSON.parse(text).standing).toBe('taken');
  });

  // Would catch: a refused or doubled code that reads as good, a code of nothing that reads as known, or one as forged.
  it('tells refused, doubled, unknown and misread ones apart', async () => {
    const standing = async (code: string) => JSON.parse((await look(`/verify/${code}`)).text);
    expect(await standing(REFUSED)).toEqual({ standing: 'refused', code: REFUSED, document: null });
    expect(await standing(TWICE)).toEqual({ standing: 'disputed', code: TWICE, document: null });
    expect(await standing(UNKNOWN)).toEqual({ standing: 'unknown', code: UNKNOWN, document: null });
    expect(await standing('U'.repeat(16))).toEqual({
      standing: 'form',
      code: null,
      document: null,
    });
    expect((await look(`/verify/${'1'.repeat(5_000)}`)).status).toBe(414);
    expect(JSON.parse((await look(`/verify?code=${'1'.repeat(5_000)}`)).text).standing).toBe(
      'form',
    );
  });

  // Would catch: text of an office or of the asker that becomes markup, a page that may load or run something, or one
  // that is not in the reader's language.
  it('is a page that works without script, in three languages', async () => {
    const { text, said } = await page(`/verify/${PRINT}`);
    expect(text).toContain('On record');
    expect(text).toContain('&lt;b&gt;');
    expect(text).not.toContain('<b>');
    expect(text).not.toMatch(/<script|javascript:|\son\w+=|https?:/i);
    expect(said['content-security-policy']).toMatch(/default-src 'none'/);
    expect(said['cache-control']).toBe('no-store');
    expect((await page(`/verify/${PRINT}`, 'ug')).text).toContain('dir="rtl"');
    expect((await page(`/verify/${PRINT}?lang=en`, 'zh')).text).toContain('lang="en"');
    expect((await page('/verify', 'fr')).text).toContain('核验码查询');
    const evil = await page(
      `/verify?code=${encodeURIComponent('"><script>alert(1)</script>')}&lang=<x`,
    );
    expect(evil.text).not.toContain('<script');
    expect(evil.text).not.toContain('<x');
    expect(evil.text).toContain('Not a verification code');
  });

  // Would catch: a centre that anybody keeps busy, or one that never answers an address again.
  it('is slow for who asks too much, for a minute', async () => {
    shiftMs += 61_000;
    const answers = [];
    for (let tries = 0; tries < 31; tries++) answers.push((await look(`/verify/${PRINT}`)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(30);
    expect(answers.at(-1)).toBe(429);
    const { status, said, text } = await page(`/verify/${PRINT}`);
    expect(status).toBe(429);
    expect(Number(said['retry-after'])).toBeGreaterThan(0);
    expect(text).toContain('Too many look-ups');
    expect((await page('/verify')).status).toBe(200);
    shiftMs += 61_000;
    expect((await look(`/verify/${PRINT}`)).status).toBe(200);
  });
});
