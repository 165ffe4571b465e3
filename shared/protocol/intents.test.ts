import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../kernel/canonical-json';
import {
  type IntentKind,
  intentMessage,
  intentText,
  openIntent,
  type SignedIntent,
} from './intents';
import { intentOf, KINDS } from './test/intents';

const CERTIFICATE = 'a'.repeat(64);
/** A stand-in for a key: what it signed is what it says. The real keys are tried in the device's and the desk's tests. */
const seal = (text: string): SignedIntent => ({
  intent: text,
  alg: 'ES256',
  certificates: ['Y2VydA=='],
  sig: Buffer.from(intentMessage(CERTIFICATE, text)).toString('base64').slice(0, 1_400),
});
const verify = (signed: SignedIntent, messageFor: (sha256: string) => Uint8Array) =>
  signed.sig === Buffer.from(messageFor(CERTIFICATE)).toString('base64').slice(0, 1_400);
const kinds = fc.constantFrom(...KINDS);

describe('the canonical form of an intent', () => {
  // Would catch: a form that depends on the order of members or on how a text was composed, so that a signature made here fails there.
  it('is one, however the intent was put together', async () => {
    await fc.assert(
      fc.asyncProperty(
        kinds.chain((kind) => intentOf(kind)),
        async (intent) => {
          const turned = Object.fromEntries(Object.entries(intent).reverse());
          const text = intentText(intent);
          expect(intentText(turned as typeof intent)).toBe(text);
          expect(intentText(JSON.parse(text))).toBe(text);
          const kind = intent.type.replace(/-intent$/u, '') as IntentKind;
          const opened = await openIntent(kind, seal(text), verify);
          expect(opened).toMatchObject({ ok: true });
          if (opened.ok) expect(canonicalJson(opened.value)).toBe(text);
        },
      ),
    );
  });

  // Would catch: a signature under an agreement that a centre takes as an approval.
  it('of one kind is never taken for another', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, kinds, async (own, other) => {
        fc.pre(own !== other);
        const [intent] = fc.sample(intentOf(own), 1);
        if (intent === undefined) throw new Error('no sample');
        const text = intentText(intent);
        expect(await openIntent(other, seal(text), verify)).toEqual({ ok: false, error: 'kind' });
        // Nor where the kind is written over: then the signature is of something else.
        const renamed = canonicalJson({ ...intent, type: `${other}-intent` });
        const forged = { ...seal(text), intent: renamed };
        expect((await openIntent(other, forged, verify)).ok).toBe(false);
      }),
    );
  });

  // Would catch: two readings of one text, or a member that nobody was shown.
  it('is refused where it is not canonical or holds more', async () => {
    const [intent] = fc.sample(intentOf('login'), 1);
    if (intent === undefined) throw new Error('no sample');
    const text = intentText(intent);
    for (const odd of [
      ` ${text}`,
      text.replace('{', '{"atMs":1,'),
      text.replace('"atMs":', '"atMs":+'),
      canonicalJson({ ...intent, more: 1 }),
      '[]',
      'null',
    ])
      expect(await openIntent('login', seal(odd), verify)).toEqual({
        ok: false,
        error: 'malformed',
      });
  });

  // Would catch: another certificate of the same key put beside a signature.
  it('names the certificate that it was signed under', async () => {
    const [intent] = fc.sample(intentOf('import'), 1);
    if (intent === undefined) throw new Error('no sample');
    const signed = seal(intentText(intent));
    const other = (one: SignedIntent, messageFor: (sha256: string) => Uint8Array) =>
      one.sig ===
      Buffer.from(messageFor('b'.repeat(64)))
        .toString('base64')
        .slice(0, 1_400);
    expect(await openIntent('import', signed, other)).toEqual({
      ok: false,
      error: 'signature-bad',
    });
  });
});
