import { readCertificate, toTokenCertificate } from '../../certificate';
import type { SignatureAlgorithm, TokenCertificate } from '../../driver';
import { isKeyOf, readNames, terminated, withoutPadding } from './blobs';
import { CONTAINER, SAR } from './constants';
import { AnswerProblem, SkfError } from './errors';
import type { SkfLibrary } from './library';
import type { SkfProfile } from './profile';

/** Where a key lies: a container of an application holds one pair for signing and one for encryption. */
export interface KeyPlace {
  readonly application: Buffer;
  readonly container: Buffer;
  readonly isSigning: boolean;
}

const MAX_REF = 256;

/** The opaque name of a key. Names on tokens are bytes, GBK as often as UTF-8. */
export function keyRefOf({ application, container, isSigning }: KeyPlace): string {
  const use = isSigning ? 'sign' : 'enc';
  return `${use}:${application.toString('base64url')}:${container.toString('base64url')}`;
}

/** The place that a key's name stands for; undefined for a name that this driver did not give. */
export function placeOf(keyRef: string): KeyPlace | undefined {
  const [use, application = '', container = ''] = keyRef.split(':');
  if (use !== 'sign' && use !== 'enc') return undefined;
  const place = {
    application: Buffer.from(application, 'base64url'),
    container: Buffer.from(container, 'base64url'),
    isSigning: use === 'sign',
  };
  return keyRefOf(place) === keyRef ? place : undefined;
}

/** Names of the applications to look into. Throws `SkfError`. */
export async function applicationsOn(
  library: SkfLibrary,
  device: bigint,
  profile: SkfProfile,
): Promise<Buffer[]> {
  if (profile.application !== undefined) return [Buffer.from(profile.application)];
  return readNames(await library.read('SKF_EnumApplication', device));
}

/** Opens something by its name, runs the work and closes it whatever happened. */
export async function within<T>(
  library: SkfLibrary,
  kind: 'Application' | 'Container',
  parent: bigint,
  name: Buffer,
  work: (handle: bigint) => Promise<T>,
): Promise<T> {
  const handle = await library.open(`SKF_Open${kind}`, parent, terminated(name));
  try {
    return await work(handle);
  } finally {
    await library.call(`SKF_Close${kind}`, handle).catch(() => undefined);
  }
}

/** Every certificate on a device, those for encryption too. Throws `SkfError` when the device is gone. */
export async function readAllCertificates(
  library: SkfLibrary,
  device: bigint,
  profile: SkfProfile,
  nowMs: number,
): Promise<TokenCertificate[]> {
  const found: TokenCertificate[] = [];
  for (const application of await applicationsOn(library, device, profile)) {
    await within(library, 'Application', device, application, async (app) => {
      for (const container of readNames(await library.read('SKF_EnumContainer', app))) {
        await within(library, 'Container', app, container, async (handle) => {
          for (const isSigning of [true, false]) {
            const keyRef = keyRefOf({ application, container, isSigning });
            const der = await readDer(library, handle, isSigning);
            if (der === undefined || keyRef.length > MAX_REF) continue;
            found.push(...(await describe(library, handle, { keyRef, der, isSigning, nowMs })));
          }
        });
      }
    });
  }
  return found;
}

/** One certificate; undefined where the container has none. Throws `SkfError` when the device is gone. */
export async function readDer(
  library: SkfLibrary,
  container: bigint,
  isSigning: boolean,
): Promise<Uint8Array | undefined> {
  try {
    const der = await library.read('SKF_ExportCertificate', container, isSigning ? 1 : 0);
    return der.length === 0 ? undefined : Uint8Array.from(withoutPadding(der));
  } catch (error) {
    // An empty place answers "no certificate", "no file" or plainly "failed", by the vendor's taste.
    if (error instanceof SkfError && !isGone(error)) return undefined;
    throw error;
  }
}

/** How a container's key signs; null where this program cannot use it. Throws `SkfError`. */
export async function algorithmOf(
  library: SkfLibrary,
  container: bigint,
): Promise<SignatureAlgorithm | null> {
  const type = library.cell();
  await library.call('SKF_GetContainerType', container, type);
  if (library.ulong(type) === CONTAINER.ecc) return 'SM2';
  return library.ulong(type) === CONTAINER.rsa ? 'RS256' : null;
}

interface Found {
  readonly keyRef: string;
  readonly der: Uint8Array;
  readonly isSigning: boolean;
  readonly nowMs: number;
}

async function describe(
  library: SkfLibrary,
  container: bigint,
  { keyRef, der, isSigning, nowMs }: Found,
): Promise<TokenCertificate[]> {
  let hasKey: boolean;
  try {
    const { algorithm, publicKey } = readCertificate(der);
    hasKey =
      algorithm !== null &&
      algorithm === (await algorithmOf(library, container)) &&
      (await isKeyThere(library, container, isSigning, publicKey));
  } catch (error) {
    if (error instanceof SkfError || error instanceof AnswerProblem) throw error;
    // A certificate that does not parse cannot be chosen, and must not hide the others.
    return [];
  }
  const listed = toTokenCertificate(keyRef, der, [], hasKey, nowMs);
  // The pair decides, whatever the certificate allows: SKF signs with one only and decrypts with the other only.
  return isSigning
    ? [{ ...listed, canUnwrap: false }]
    : [{ ...listed, bar: 'usage', canUnwrap: listed.canUnwrap && listed.algorithm === 'SM2' }];
}

async function isKeyThere(
  library: SkfLibrary,
  container: bigint,
  isSigning: boolean,
  publicKey: Uint8Array,
): Promise<boolean> {
  try {
    const blob = await library.read('SKF_ExportPublicKey', container, isSigning ? 1 : 0);
    const isEcc = publicKey.length === 65;
    return isKeyOf(publicKey, isEcc, blob);
  } catch (error) {
    if (error instanceof SkfError && !isGone(error)) return false;
    throw error;
  }
}

function isGone(error: SkfError): boolean {
  return error.code === SAR.deviceRemoved || error.code === SAR.badHandle;
}
