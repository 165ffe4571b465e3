import { generateKeyPairSync } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { expect, test } from 'vitest';
import { codeKeyFile, kidFor, readCodeKeyFile } from './code-key-file';

const spki = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
const es256 = spki('P-256');
const point = sm2.getPublicKeyFromPrivateKey(sm2.generateKeyPairHex().privateKey);
const own = (['ES256', 'SM2'] as const).map((alg) => {
  const key = alg === 'ES256' ? es256 : point;
  const centre = kidFor('ES256', es256);
  const days = { fromDay: 0, untilDay: null };
  return {
    kid: kidFor(alg, key),
    alg,
    key,
    name: '某省',
    centre,
    isCovered: true,
    isOwn: true,
    ...days,
  };
});

// Bug: a key under another's number would be trusted for that one's codes; a key that is none fails at every scan.
test('a file of keys is read as it was written, and one that does not hold together is refused in words', () => {
  const file = codeKeyFile(own);
  expect(readCodeKeyFile(JSON.stringify(file))).toEqual(file);
  const withKey = (change: object) =>
    JSON.stringify({ ...file, keys: [{ ...file.keys[0], ...change }, file.keys[1]] });
  const other = spki('P-256');
  const wide = spki('P-384');
  for (const [text, why] of [
    ['{', 'no JSON'],
    ['{}', 'format'],
    [withKey({ key: other }), 'does not belong'],
    [withKey({ kid: kidFor('ES256', other) }), 'does not belong'],
    [withKey({ key: wide, kid: kidFor('ES256', wide) }), 'is no ES256 key'],
    [JSON.stringify({ ...file, centre: '0123456789abcdef' }), 'named by none'],
    [JSON.stringify({ ...file, keys: [] }), 'keys'],
  ] as const)
    expect(() => readCodeKeyFile(text), text.slice(0, 40)).toThrow(why);
  const off = `04${'1'.repeat(128)}`;
  const bad = { ...file, keys: [file.keys[0], { alg: 'SM2', key: off, kid: kidFor('SM2', off) }] };
  expect(() => readCodeKeyFile(JSON.stringify(bad))).toThrow('is no SM2 key');
});
