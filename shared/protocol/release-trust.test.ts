import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releaseCrypto } from '../../electron/crypto/release-signature';
import { RELEASE_METADATA_MAX_BYTES, ReleaseFileSchema } from './release-metadata';
import {
  firstTrust,
  nextTrust,
  openNewest,
  openSnapshot,
  openTargets,
  type ReleaseTrust,
  rootFault,
} from './release-trust';
import {
  type Lists,
  listsOf,
  rootOf,
  signedBy,
  someKeys,
  someRelease,
  throwawayKey,
} from './test/release-keys';

const NOW = 50_000;
const keys = someKeys();
const [a, b, c] = keys.root;
if (a === undefined || b === undefined || c === undefined) throw new Error('three keys');

const trusted = (): ReleaseTrust => {
  const first = firstTrust(signedBy(rootOf(keys), [a, b]), releaseCrypto);
  if (!first.ok) throw new Error(first.error);
  return first.value;
};

/** Reads all lists; the fault of the first that does not hold, or what is trusted afterwards. */
function read(
  lists: Lists,
  trust = trusted(),
  medium: 'timestamp' | 'stick' = 'timestamp',
  nowMs = NOW,
): string | ReleaseTrust {
  const newest = openNewest(trust, medium, lists[medium], nowMs, releaseCrypto);
  if (!newest.ok) return `${medium}: ${newest.error}`;
  const { snapshot: pointer } = newest.value;
  const snapshot = openSnapshot(newest.value.trust, pointer, lists.snapshot, nowMs, releaseCrypto);
  if (!snapshot.ok) return `snapshot: ${snapshot.error}`;
  const { trust: so, targets } = snapshot.value;
  const opened = openTargets(so, targets, lists.targets, nowMs, releaseCrypto);
  return opened.ok ? opened.value.trust : `targets: ${opened.error}`;
}

const some = listsOf(keys, 5, [someRelease()]);

describe('lists of releases', () => {
  // Would catch: genuine lists refused, or versions that are not remembered afterwards.
  it('hold when all roles signed, online and on a stick', () => {
    const online = read(some);
    expect(online).toMatchObject({ seen: { targets: 5, snapshot: 5, timestamp: 5, stick: 0 } });
    const onStick = read(some, trusted(), 'stick', 7_000_000);
    expect(onStick).toMatchObject({ seen: { targets: 5, snapshot: 5, timestamp: 0, stick: 5 } });
  });

  // Would catch: a signature by a stranger, by another role, by one key under two names or twice, counted.
  it('want as many different keys of the very role as the root says', () => {
    const [t1, t2] = keys.targets;
    if (t1 === undefined || t2 === undefined) throw new Error('two keys');
    const payload = JSON.parse(JSON.parse(some.targets).signed) as object;
    const stranger = throwawayKey();
    for (const signers of [
      [],
      [t1],
      [t1, t1],
      [stranger, stranger],
      [t1, stranger],
      [a, b],
      [t1, { ...t1, keyid: t2.keyid }],
      [t1, { ...stranger, keyid: t2.keyid }],
    ])
      expect(read({ ...some, targets: signedBy(payload, signers) })).toBe(
        'targets: signatures-missing',
      );
    expect(typeof read({ ...some, targets: signedBy(payload, [stranger, t2, t1]) })).toBe('object');
  });

  // Would catch: one byte of any list that may be changed without anybody noticing.
  it('hold byte by byte', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('targets', 'snapshot', 'timestamp' as const),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        (role, at, by) => {
          const envelope = JSON.parse(some[role as 'targets']) as { signed: string };
          const place = at % envelope.signed.length;
          const code = envelope.signed.charCodeAt(place) ^ by;
          const signed =
            envelope.signed.slice(0, place) +
            String.fromCharCode(code) +
            envelope.signed.slice(place + 1);
          expect(read({ ...some, [role]: JSON.stringify({ ...envelope, signed }) })).toBe(
            `${role}: signatures-missing`,
          );
        },
      ),
    );
  });

  // Would catch: genuine lists of two days put together: an old release under a new date.
  it('hold together only: no snapshot or list of another state beside them', () => {
    const older = listsOf(keys, 4, [someRelease({ version: '1.0.5' })]);
    const other = listsOf(keys, 5, [someRelease({ version: '1.0.5' })]);
    expect(read({ ...some, snapshot: older.snapshot })).toBe('snapshot: mixed');
    expect(read({ ...some, targets: older.targets })).toBe('targets: mixed');
    expect(read({ ...some, snapshot: other.snapshot })).toBe('snapshot: mixed');
    expect(read({ ...some, targets: other.targets })).toBe('targets: mixed');
    // Of another role: a snapshot where the list belongs.
    expect(read({ ...some, targets: some.snapshot })).toBe('targets: signatures-missing');
  });

  // Would catch: an old, genuinely signed state that is taken after a newer one was seen, by line or by stick.
  it('never go back, whichever way they come', () => {
    const older = listsOf(keys, 4, [someRelease({ version: '1.0.5' })]);
    const seen = read(some);
    if (typeof seen === 'string') throw new Error(seen);
    expect(read(older, seen)).toBe('timestamp: version-older');
    expect(read(older, seen, 'stick')).toBe('stick: version-older');
    expect(typeof read(some, seen, 'stick')).toBe('object');
    // A newer date that leads back: who holds the online key alone gains nothing by it.
    const back = { ...JSON.parse(JSON.parse(older.timestamp).signed), version: 9 } as object;
    const timestamp = signedBy(back, keys.timestamp);
    expect(read({ ...older, timestamp }, seen)).toBe('timestamp: version-older');
  });

  // Would catch: a state frozen by somebody in between that is shown for ever; a stick refused after three months.
  it('end: online after days, on a stick after a year', () => {
    expect(read(some, trusted(), 'timestamp', 100_000)).toBe('timestamp: expired');
    expect(typeof read(some, trusted(), 'stick', 100_000)).toBe('object');
    expect(read(some, trusted(), 'stick', 8_000_000)).toBe('stick: expired');
    expect(rootFault(trusted(), 8_999_999)).toBeUndefined();
    expect(rootFault(trusted(), 9_000_000)).toBe('expired');
  });

  // Would catch: a parser that throws, hangs or reads on, whatever is put in front of it.
  it('refuse what is no list at all', () => {
    const endless = `{"signed":"${'x'.repeat(RELEASE_METADATA_MAX_BYTES)}","signatures":[]}`;
    const deep = JSON.stringify({ signed: '['.repeat(100_000), signatures: [] });
    for (const text of ['', 'null', '[]', '<html>', '{"signed":1}', endless])
      expect(read({ ...some, timestamp: text })).toBe('timestamp: malformed');
    expect(read({ ...some, timestamp: deep })).toBe('timestamp: signatures-missing');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof read({ ...some, timestamp: text })).toBe('string');
      }),
    );
    // Signed by the right keys, and yet with a field too many or a key twice.
    const signed = (text: string) => {
      const payload = JSON.parse(text) as object;
      return signedBy({ ...payload, more: 1 }, keys.timestamp);
    };
    expect(read({ ...some, timestamp: signed(JSON.parse(some.timestamp).signed) })).toBe(
      'timestamp: malformed',
    );
  });
});

describe('the root', () => {
  // Would catch: a root that needs no or only its own signatures, so that whoever rewrites it owns every office.
  it('changes only by enough of its former keys and enough of its own', () => {
    const fresh = { ...someKeys(), root: [a, throwawayKey(), throwawayKey()] };
    const [, d, e] = fresh.root;
    if (d === undefined || e === undefined) throw new Error('three keys');
    const second = rootOf(fresh, 2);
    const next = (signers: Parameters<typeof signedBy>[1], payload: object = second) => {
      const result = nextTrust(trusted(), signedBy(payload, signers), releaseCrypto);
      return result.ok ? result.value.root.version : result.error;
    };
    expect(next([a, b, d])).toBe(2);
    expect(next([a, b])).toBe('signatures-missing');
    expect(next([d, e])).toBe('signatures-missing');
    expect(next([a, d])).toBe('signatures-missing');
    expect(next([a, b, d], rootOf(fresh, 3))).toBe('version-skipped');
    expect(next([a, b, d], rootOf(fresh, 1))).toBe('version-older');
    expect(next([a, b], rootOf(keys, 2))).toBe(2);
  });

  // Would catch: a root that lists one key under several names, so that one thief makes a threshold.
  it('has each key once, under its own name, and thresholds that can be met', () => {
    const first = (payload: object) => {
      const result = firstTrust(signedBy(payload, [a, b, c]), releaseCrypto);
      return result.ok ? 'good' : result.error;
    };
    const root = rootOf(keys);
    expect(first(root)).toBe('good');
    const alias = 'f'.repeat(64);
    const role = { keyids: [a.keyid, alias], threshold: 2 };
    const named = { ...root, keys: { ...root.keys, [alias]: a.key } };
    expect(first({ ...named, roles: { ...root.roles, targets: role } })).toBe('malformed');
    const twice = { keyids: [a.keyid, a.keyid], threshold: 2 };
    expect(first({ ...root, roles: { ...root.roles, targets: twice } })).toBe('malformed');
    const many = { keyids: [a.keyid], threshold: 2 };
    expect(first({ ...root, roles: { ...root.roles, targets: many } })).toBe('malformed');
    const none = { keyids: [a.keyid], threshold: 0 };
    expect(first({ ...root, roles: { ...root.roles, targets: none } })).toBe('malformed');
    const unknown = { keyids: [alias], threshold: 1 };
    expect(first({ ...root, roles: { ...root.roles, targets: unknown } })).toBe('malformed');
    const unsigned = firstTrust(signedBy(root, [a]), releaseCrypto);
    expect(unsigned).toMatchObject({ ok: false, error: 'signatures-missing' });
  });

  // Would catch: a stolen online key that names a version so high that nothing honest follows, for ever.
  it('frees a role of what its former keys said once these are taken away', () => {
    const seen: ReleaseTrust = {
      root: rootOf(keys),
      seen: { targets: 5, snapshot: 5, timestamp: 999_999, stick: 3 },
    };
    const changed = rootOf({ ...keys, timestamp: [throwawayKey()] }, 2);
    const next = nextTrust(seen, signedBy(changed, [a, b]), releaseCrypto);
    expect(next).toMatchObject({
      ok: true,
      value: { seen: { targets: 5, snapshot: 5, timestamp: 0, stick: 3 } },
    });
    const same = nextTrust(seen, signedBy(rootOf(keys, 2), [a, b]), releaseCrypto);
    expect(same).toMatchObject({ ok: true, value: { seen: { timestamp: 999_999 } } });
  });
});

describe('names of files', () => {
  // Would catch: a file of a release that is written anywhere but into the folder meant for it.
  it('are plain names', () => {
    const { name: schema } = ReleaseFileSchema.shape;
    for (const name of ['FieldCert-1.1.0-x64.AppImage', 'fieldcert_1.1.0_amd64.deb'])
      expect(schema.safeParse(name).success).toBe(true);
    for (const name of [
      '../a.deb',
      'a/../../b.deb',
      '/etc/passwd.deb',
      'C:\\a.exe',
      'C:a.exe',
      'a\\b.exe',
      'a\0.deb',
      '..',
      '.deb',
      'a..deb',
      'a.deb.',
      'a.deb ',
      'a.exe:stream',
      'NUL.exe',
      'com1.exe',
      'a%2fb.deb',
      'a\n.deb',
      'ａ.deb',
      `${'a'.repeat(130)}.deb`,
      '',
    ])
      expect(schema.safeParse(name).success, name).toBe(false);
    // Property: whatever passes is one segment of a path on every system.
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (schema.safeParse(name).success) expect(name).toMatch(/^[\w+.-]+$/);
      }),
    );
  });
});
