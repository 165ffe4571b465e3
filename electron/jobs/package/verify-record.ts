import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type IntentOf, IntentSchema, openIntent } from '../../../shared/protocol/intents';
import {
  deviceRecordMessage,
  type SignedRecord,
  SignedRecordSchema,
} from '../../../shared/protocol/signed-record';
import { cmsSigner } from './cms/build';
import { type CmsVerdict, holds } from './cms/verify';
import {
  checkIssuer,
  checkPeriod,
  checkRevocation,
  type VerificationReport,
  type VerifyOptions,
  verdictOf,
} from './verify';
import { type Add, type Check, checkRequester, checkUsage, factsOf } from './verify-parts';

const MAX_SIGNATURE_BYTES = 256 << 10;
const MAX_FILE_BYTES = 256 << 20;

/**
 * Checks the files of a record by the signature that lies beside them: form, the person's signature over the intent, and
 * every file that it names, in the same folder, byte by byte. What a device alone signed is told as no proof of a person.
 * Never throws for anything that a file can contain.
 */
export async function verifyRecord(
  path: string,
  options: VerifyOptions,
): Promise<VerificationReport> {
  const checks: Check[] = [];
  const add: Add = (id, ok, detail, isNotice = false) => {
    checks.push({ id, ok, detail, isNotice });
  };
  const unsigned = (detail: string): VerificationReport => {
    add('document', false, detail);
    return { ...NOTHING, verdict: 'invalid', checks };
  };
  if ((await stat(path)).size > MAX_SIGNATURE_BYTES) return unsigned('too large for a signature');
  const form = SignedRecordSchema.safeParse(jsonOf(await readFile(path, 'utf8')));
  if (!form.success) return unsigned('not a signature of a record');
  if (form.data.by === 'device') return verifyDeviceRecord(path, form.data, options.signal);
  const { signed } = form.data;
  const chain = signed.certificates.map((one) => new Uint8Array(Buffer.from(one, 'base64')));
  const opened = await openIntent('record', signed, async ({ sig }, messageFor) => {
    try {
      const message = messageFor(
        createHash('sha256')
          .update(chain[0] ?? '')
          .digest('hex'),
      );
      return await holds(cmsSigner(chain), message, Buffer.from(sig, 'base64'));
    } catch {
      return false;
    }
  });
  if (!opened.ok) return unsigned(`the signature does not hold (${opened.error})`);
  const intent = opened.value;
  const said = `${intent.trace}, ${intent.rows} rows, ${intent.name} ${intent.badge}`;
  add('document', true, `signature over ${intent.files.length} files: ${said}`);
  await checkFiles(dirname(path), intent, add, options.signal);
  const signer = cmsSigner(chain);
  const signature: CmsVerdict = { signer, signingTimeMs: intent.atMs };
  const facts = factsOf(signature);
  checkPeriod(intent.atMs, facts, add);
  const { isPractice } = signer.facts;
  checkUsage(signer.facts, add);
  checkRequester(signer.facts, intent, add);
  if (isPractice) add('practice', true, '练习·无效力', true);
  const isTrusted = checkIssuer(signature, options, intent.atMs, add);
  const notRevokedMs = await checkRevocation(signature, options, add, { claimedMs: intent.atMs });
  return {
    ...NOTHING,
    notRevokedMs,
    verdict: verdictOf(checks, isPractice, isTrusted),
    checks,
    signer: facts,
    signingTimeMs: intent.atMs,
  };
}

/**
 * What a device signed where no key was at hand. Its signature and the files have to hold, and then prove from which device
 * they come (the centre knows its key) and nobody's consent: nobody signed.
 */
async function verifyDeviceRecord(
  path: string,
  { intent: text, publicKey, signature }: Extract<SignedRecord, { by: 'device' }>,
  signal: AbortSignal | undefined,
): Promise<VerificationReport> {
  const checks: Check[] = [];
  const add: Add = (id, ok, detail, isNotice = false) => {
    checks.push({ id, ok, detail, isNotice });
  };
  const intent = recordIntentOf(text);
  const isSigned =
    intent !== undefined && isByDevice(deviceRecordMessage(text), publicKey, signature);
  if (isSigned) {
    add(
      'document',
      true,
      'signed by a device alone: it proves nobody’s consent; the centre can check which device',
      true,
    );
    await checkFiles(dirname(path), intent, add, signal);
  } else add('document', false, 'the device’s signature does not hold');
  const isWhole = checks.every(({ ok }) => ok);
  return { ...NOTHING, verdict: isWhole ? 'unsigned' : 'invalid', checks };
}

function recordIntentOf(text: string): IntentOf<'record'> | undefined {
  const parsed = IntentSchema.safeParse(jsonOf(text));
  return parsed.success && parsed.data.type === 'record-intent' ? parsed.data : undefined;
}

function isByDevice(message: Uint8Array, publicKey: string, signature: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const dsaEncoding = 'ieee-p1363';
    return verify('sha256', message, { key, dsaEncoding }, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

const NOTHING = { manifest: undefined, signer: undefined, signingTimeMs: undefined } as const;

/** A file that is missing, renamed or changed in one byte is not what was signed. */
async function checkFiles(
  folder: string,
  intent: IntentOf<'record'>,
  add: Add,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { name, sha256 } of intent.files) {
    signal?.throwIfAborted();
    const isPlain = !/[/\\]/u.test(name) && name !== '..';
    const bytes = isPlain ? await bytesOf(join(folder, name)) : null;
    const found = bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
    add('document', found === sha256, bytes === null ? `${name}: not here` : name);
  }
}

async function bytesOf(path: string): Promise<Uint8Array | null> {
  try {
    return (await stat(path)).size > MAX_FILE_BYTES ? null : await readFile(path);
  } catch {
    return null;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
