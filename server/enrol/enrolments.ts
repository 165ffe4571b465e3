import { createPublicKey, type KeyObject, randomBytes, verify, X509Certificate } from 'node:crypto';
import { base32FromBytes } from '../../shared/kernel/codecs';
import { err, ok, type Result } from '../../shared/kernel/result';
import { enrolProofText } from '../../shared/protocol/endpoints';
import {
  type EnrolAnswer,
  EnrolAnswerSchema,
  type EnrolRequest,
} from '../../shared/protocol/enrol';
import { formatEnrolCode, sixtyBits } from '../../shared/protocol/enrol-code';
import type { Authority } from '../keys/authority';
import type { KeyProvider } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import {
  addDevice,
  addEnrolment,
  type Device,
  findDevice,
  isKeyEnrolled,
  spkiHash,
  takeEnrolment,
} from '../store/devices';
import { enrolmentAnswer, keepEnrolmentAnswer } from '../store/enrolment-answers';
import {
  admitOffice,
  admitUsers,
  findOffice,
  type Office,
  type OfficeUser,
  type OfficeWish,
} from '../store/offices';
import type { SqlClient } from '../store/sql-client';
import type { Regions } from '../sync/regions';
import { deviceStatements } from './device-statements';
import { boxedRegionKeys } from './region-keys-statement';

export interface EnrolmentParts {
  readonly client: SqlClient;
  readonly keys: KeyProvider;
  readonly authority: Authority;
  readonly regions: Regions;
  readonly statements: StatementWriter;
  /** PEM of the certificates that devices pin and use. */
  readonly certificates: { readonly statement: string; readonly box: string };
  readonly endpoints: () => readonly string[];
  readonly nowMs: () => number;
}

/** A code to print. It is shown once: the server keeps only a keyed hash of its secret. */
export interface Slip {
  readonly code: string;
  readonly caFingerprint: string;
  readonly office: string;
  readonly expiresMs: number;
}

export type EnrolFault = 'bad-request' | 'code-unknown' | 'code-expired' | 'code-used';

const DEFAULT_VALID_MS = 24 * 3_600_000;

function secretHash(keys: KeyProvider, secret: string): string {
  return keys.mac('enrolment code', Buffer.from(secret, 'ascii')).toString('hex');
}

/**
 * Makes a one-time code for a further device of an office; its users are saved with it, and the office where it is new.
 * Throws RangeError where an office of the code, or a person of it, is there and is not as told.
 */
export async function createEnrolment(
  parts: EnrolmentParts,
  office: OfficeWish,
  users: readonly OfficeUser[],
  validMs = DEFAULT_VALID_MS,
): Promise<Slip> {
  const secret = sixtyBits(randomBytes(8));
  const expiresMs = parts.nowMs() + validMs;
  await parts.client.transaction(async (runner) => {
    await admitOffice(runner, office);
    await admitUsers(runner, office.code, users);
    const badge = users[0]?.badge ?? null;
    await addEnrolment(runner, secretHash(parts.keys, secret), office.code, badge, expiresMs);
  });
  const { fingerprint } = parts.authority;
  return {
    code: formatEnrolCode({ secret, caPrefix: sixtyBits(fingerprint) }),
    caFingerprint: fingerprint.toString('hex'),
    office: office.code,
    expiresMs,
  };
}

/** A P-256 public key in SPKI DER, base64; undefined for anything else. */
function p256Key(base64: string): KeyObject | undefined {
  try {
    const key = createPublicKey({
      key: Buffer.from(base64, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

interface DeviceKeys {
  readonly tls: Buffer;
  readonly box: Buffer;
  readonly sign: Buffer;
  readonly control: Buffer | null;
}

/** The request's keys, when all are P-256, differ, and the TLS key's holder signed them. */
function provenKeys({ secret, device }: EnrolRequest): DeviceKeys | undefined {
  const { tlsKey, boxKey, signKey, controlKey } = device;
  const [tls, box, sign] = [tlsKey, boxKey, signKey].map(p256Key);
  const control = controlKey === undefined ? null : p256Key(controlKey);
  if (tls === undefined || box === undefined || sign === undefined || control === undefined)
    return undefined;
  const text = Buffer.from(enrolProofText(secret, tlsKey, boxKey, signKey, controlKey), 'utf8');
  const proof = Buffer.from(device.proof, 'base64');
  if (
    proof.length !== 64 ||
    !verify('sha256', text, { key: tls, dsaEncoding: 'ieee-p1363' }, proof)
  )
    return undefined;
  const der = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
  const keys = {
    tls: der(tls),
    box: der(box),
    sign: der(sign),
    control: control === null ? null : der(control),
  };
  const given = Object.values(keys).flatMap((key) => (key === null ? [] : [key.toString('hex')]));
  return new Set(given).size === given.length ? keys : undefined;
}

/** The office that a code opened, and the user it was made for. */
interface Admitted {
  readonly office: Office;
  readonly badge: string | null;
}

/** How long the same request gets the same answer: a line breaks, and whoever types the code tries again. */
const AGAIN_MS = 3_600_000;

/**
 * What was answered to this very request (its code, its four keys) a short while ago; undefined for every other. The keys' holder has
 * proven the TLS key again; a device that was refused or has renewed its key since gets nothing.
 */
async function answeredBefore(
  { client, nowMs }: EnrolmentParts,
  hash: string,
  keys: DeviceKeys,
): Promise<
  { readonly admitted: Admitted; readonly device: Device; readonly pem: Pem } | undefined
> {
  const before = await enrolmentAnswer(client, hash);
  if (before === undefined || before.usedMs + AGAIN_MS <= nowMs()) return undefined;
  const device = await findDevice(client, before.device);
  const isSame =
    device?.status === 'active' &&
    device.tlsSpki === spkiHash(keys.tls) &&
    keys.box.equals(device.boxKey) &&
    keys.sign.equals(device.signKey) &&
    (device.controlKey === null
      ? keys.control === null
      : keys.control?.equals(device.controlKey) === true);
  if (!isSame) return undefined;
  const office = await findOffice(client, device.office);
  if (office === undefined) return undefined;
  const { tls: tlsCertificate, control } = before.certificates;
  const pem = {
    tlsCertificate,
    ...(control === null ? {} : { controlCertificate: control }),
  };
  return { admitted: { office, badge: before.badge }, device, pem };
}

type Pem = Pick<EnrolAnswer, 'tlsCertificate' | 'controlCertificate'>;

/**
 * Uses up the code and admits the device: certificate, statements, sealed region keys. The same request again, because its answer was
 * lost on the way, is answered with the same device and the same certificates.
 */
export async function enrolDevice(
  parts: EnrolmentParts,
  request: EnrolRequest,
): Promise<Result<EnrolAnswer, EnrolFault>> {
  const { client, keys, authority, nowMs } = parts;
  const deviceKeys = provenKeys(request);
  if (deviceKeys === undefined) return err('bad-request');
  const now = nowMs();
  const hash = secretHash(keys, request.secret);
  const again = async () => {
    const known = await answeredBefore(parts, hash, deviceKeys);
    if (known === undefined) return undefined;
    const { admitted, device, pem } = known;
    return ok(await answerFor(parts, admitted, device.id, deviceKeys.box, pem));
  };
  const known = await again();
  if (known !== undefined) return known;
  const deviceId = `D-${base32FromBytes(randomBytes(10))}`;
  const tlsCertificate = await authority.issueDevice(deviceId, deviceKeys.tls, now);
  const controlCertificate =
    deviceKeys.control === null
      ? undefined
      : await authority.issueControl(deviceId, deviceKeys.control, now);
  const tlsSpki = spkiHash(deviceKeys.tls);
  const hashes = [tlsSpki, ...(deviceKeys.control === null ? [] : [spkiHash(deviceKeys.control)])];
  const admitted = await client.transaction(
    async (runner): Promise<Result<Admitted, EnrolFault>> => {
      // A key of another device would let two certificates stand for one secret.
      if (await isKeyEnrolled(runner, hashes)) return err('bad-request');
      const use = await takeEnrolment(runner, hash, deviceId, now);
      if (use.kind !== 'taken') return err(`code-${use.kind}` as const);
      const office = await findOffice(runner, use.office);
      if (office === undefined) throw new Error('enrolment without office');
      const { name } = request.device;
      const serial = new X509Certificate(tlsCertificate).serialNumber;
      await addDevice(
        runner,
        {
          id: deviceId,
          office: office.code,
          name,
          program: request.program,
          tlsSpki,
          boxKey: deviceKeys.box,
          signKey: deviceKeys.sign,
          controlKey: deviceKeys.control,
          serial,
          status: 'active',
        },
        now,
      );
      const control = controlCertificate ?? null;
      await keepEnrolmentAnswer(runner, hash, { tls: tlsCertificate, control });
      return ok({ office, badge: use.badge });
    },
  );
  // Of two of the same request at once, the one that came too late.
  if (!admitted.ok) return (await again()) ?? admitted;
  return ok(
    await answerFor(parts, admitted.value, deviceId, deviceKeys.box, {
      tlsCertificate,
      ...(controlCertificate === undefined ? {} : { controlCertificate }),
    }),
  );
}

async function answerFor(
  parts: EnrolmentParts,
  { office, badge }: Admitted,
  deviceId: string,
  boxKey: Buffer,
  certificates: Pem,
): Promise<EnrolAnswer> {
  const region = await parts.regions.find(office.slice);
  if (region === undefined) throw new Error(`no region ${office.slice}`);
  const device = { id: deviceId, boxKey: new Uint8Array(boxKey) };
  return EnrolAnswerSchema.parse({
    deviceId,
    office: { code: office.code, name: office.name, region: region.code },
    user: badge,
    ...certificates,
    ca: parts.authority.caPem,
    statementCertificate: parts.certificates.statement,
    boxCertificate: parts.certificates.box,
    endpoints: parts.endpoints(),
    statements: await deviceStatements(parts, office, deviceId),
    sealedKeys: await boxedRegionKeys(region.code, region.keys, device),
  });
}
