import { hash, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { CONTROL_NAME_PREFIX } from '../../shared/protocol/control';
import type { KeyProvider } from './key-provider';

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ORGANISATION = '2.5.4.10';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const ALTERNATIVE_NAME = '2.5.29.17';
const SUBJECT_KEY_ID = '2.5.29.14';
const AUTHORITY_KEY_ID = '2.5.29.35';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const DAY_MS = 86_400_000;
/** A device's clock may be behind ours by as much. */
const BACKDATE_MS = DAY_MS;

/** First byte of a KeyUsage bit string and its unused bits (RFC 5280 section 4.2.1.3). */
const USAGE = {
  digitalSignature: [0x80, 7],
  keyAgreement: [0x08, 3],
  certSign: [0x06, 1],
} as const;

interface Profile {
  readonly subject: string;
  readonly spki: Uint8Array;
  readonly days: number;
  readonly usage: (typeof USAGE)[keyof typeof USAGE];
  readonly isCa?: boolean;
  readonly extendedUsage?: readonly string[];
  /** DNS names and IP addresses. */
  readonly hosts?: readonly string[];
}

const ORGANISATION_NAME = 'FieldCert central';

function nameOf(commonName: string): pkijs.AttributeTypeAndValue[] {
  return [
    new pkijs.AttributeTypeAndValue({
      type: ORGANISATION,
      value: new asn1js.Utf8String({ value: ORGANISATION_NAME }),
    }),
    new pkijs.AttributeTypeAndValue({
      type: COMMON_NAME,
      value: new asn1js.Utf8String({ value: commonName }),
    }),
  ];
}

function addressBytes(host: string): ArrayBuffer {
  if (isIP(host) === 4) return Uint8Array.from(host.split('.').map(Number)).buffer;
  // Only the loopback of IPv6 is ever named by address.
  if (host !== '::1') throw new RangeError(`address ${host}`);
  const bytes = new Uint8Array(16);
  bytes[15] = 1;
  return bytes.buffer;
}

function alternativeNames(hosts: readonly string[]): pkijs.GeneralNames {
  return new pkijs.GeneralNames({
    names: hosts.map((host) =>
      isIP(host) === 0
        ? new pkijs.GeneralName({ type: 2, value: host })
        : new pkijs.GeneralName({
            type: 7,
            value: new asn1js.OctetString({ valueHex: addressBytes(host) }),
          }),
    ),
  });
}

/** RFC 7093 section 2, method 1, over the whole SPKI. */
const keyId = (spki: Uint8Array): ArrayBuffer =>
  new Uint8Array(hash('sha256', spki, 'buffer').subarray(0, 20)).buffer;

function extensionsOf(
  { isCa = false, usage, extendedUsage, hosts, spki }: Profile,
  issuerSpki: Uint8Array,
): pkijs.Extension[] {
  const extension = (extnID: string, critical: boolean, value: asn1js.AsnType): pkijs.Extension =>
    new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) });
  const constraints = isCa
    ? new pkijs.BasicConstraints({ cA: true, pathLenConstraint: 0 })
    : new pkijs.BasicConstraints();
  const list = [
    extension(BASIC_CONSTRAINTS, true, constraints.toSchema()),
    extension(
      KEY_USAGE,
      true,
      new asn1js.BitString({ valueHex: Uint8Array.of(usage[0]).buffer, unusedBits: usage[1] }),
    ),
    extension(SUBJECT_KEY_ID, false, new asn1js.OctetString({ valueHex: keyId(spki) })),
    extension(
      AUTHORITY_KEY_ID,
      false,
      new pkijs.AuthorityKeyIdentifier({
        keyIdentifier: new asn1js.OctetString({ valueHex: keyId(issuerSpki) }),
      }).toSchema(),
    ),
  ];
  if (extendedUsage !== undefined) {
    list.push(
      extension(
        EXTENDED_KEY_USAGE,
        false,
        new pkijs.ExtKeyUsage({ keyPurposes: [...extendedUsage] }).toSchema(),
      ),
    );
  }
  if (hosts !== undefined)
    list.push(extension(ALTERNATIVE_NAME, false, alternativeNames(hosts).toSchema()));
  return list;
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

/** The office network's own certification authority: P-256, X.509 v3 (RFC 5280). */
export class Authority {
  private constructor(
    private readonly keys: KeyProvider,
    /** PEM of the CA's own certificate. */
    readonly caPem: string,
    private readonly issuer: string,
  ) {}

  /** With the CA certificate that was made before, or a new self-signed one. */
  static async open(
    keys: KeyProvider,
    keptPem: string | undefined,
    nowMs: number,
  ): Promise<Authority> {
    if (keptPem !== undefined) {
      const issuer = /CN=(.*)/.exec(new X509Certificate(keptPem).subject)?.[1] ?? '';
      return new Authority(keys, keptPem, issuer);
    }
    const issuer = `FieldCert CA ${randomBytes(4).toString('hex')}`;
    const draft = new Authority(keys, '', issuer);
    const pem = await draft.issue(
      {
        subject: issuer,
        spki: keys.publicKey('ca'),
        days: 3650,
        usage: USAGE.certSign,
        isCa: true,
      },
      nowMs,
    );
    return new Authority(keys, pem, issuer);
  }

  /** SHA-256 of the CA's SPKI DER: what an enrolment code begins to spell. */
  get fingerprint(): Buffer {
    return hash('sha256', this.keys.publicKey('ca'), 'buffer');
  }

  issueServer(hosts: readonly string[], nowMs: number): Promise<string> {
    const spki = this.keys.publicKey('tls');
    return this.issue(
      {
        subject: 'server',
        spki,
        days: 397,
        usage: USAGE.digitalSignature,
        extendedUsage: [SERVER_AUTH],
        hosts,
      },
      nowMs,
    );
  }

  issueStatement(nowMs: number): Promise<string> {
    return this.issue(
      {
        subject: 'statements',
        spki: this.keys.publicKey('statement'),
        days: 1095,
        usage: USAGE.digitalSignature,
      },
      nowMs,
    );
  }

  issueBox(nowMs: number): Promise<string> {
    return this.issue(
      {
        subject: 'outbox',
        spki: this.keys.publicKey('box'),
        days: 1095,
        usage: USAGE.keyAgreement,
      },
      nowMs,
    );
  }

  /** Client certificate; its common name is the device id. */
  issueDevice(deviceId: string, spki: Uint8Array, nowMs: number): Promise<string> {
    return this.issue(
      {
        subject: deviceId,
        spki,
        days: 397,
        usage: USAGE.digitalSignature,
        extendedUsage: [CLIENT_AUTH],
      },
      nowMs,
    );
  }

  /** Client certificate of the control channel; its common name opens nothing else (device-gate.ts). */
  issueControl(deviceId: string, spki: Uint8Array, nowMs: number): Promise<string> {
    return this.issueDevice(`${CONTROL_NAME_PREFIX}${deviceId}`, spki, nowMs);
  }

  private async issue(profile: Profile, nowMs: number): Promise<string> {
    const certificate = new pkijs.Certificate();
    certificate.version = 2;
    const serial = randomBytes(16);
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
    certificate.serialNumber = new asn1js.Integer({ valueHex: bufferOf(serial) });
    certificate.issuer.typesAndValues.push(...nameOf(this.issuer));
    certificate.subject.typesAndValues.push(...nameOf(profile.subject));
    certificate.notBefore.value = new Date(nowMs - BACKDATE_MS);
    certificate.notAfter.value = new Date(nowMs + profile.days * DAY_MS);
    certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(bufferOf(profile.spki));
    certificate.extensions = extensionsOf(profile, this.keys.publicKey('ca'));
    const algorithm = new pkijs.AlgorithmIdentifier({ algorithmId: ECDSA_SHA256 });
    certificate.signature = algorithm;
    certificate.signatureAlgorithm = algorithm;
    const tbs = new Uint8Array(certificate.encodeTBS().toBER(false));
    const signature = pkijs.createCMSECDSASignature(bufferOf(await this.keys.sign('ca', tbs)));
    certificate.signatureValue = new asn1js.BitString({ valueHex: signature });
    const text = Buffer.from(certificate.toSchema(true).toBER(false)).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  }
}
