import { createHash } from 'node:crypto';
import type { SignatureAlgorithm } from '../../../device/driver';
import { sm3 } from '../digests';

export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sm3: '1.2.156.10197.1.401',
} as const;

/** Digests of contents. */
export type DigestName = 'sha256' | 'sha384' | 'sm3';

/** A content's digest. */
export async function digestBytes(name: DigestName, bytes: Uint8Array): Promise<Uint8Array> {
  return name === 'sm3' ? sm3(bytes) : createHash(name).update(bytes).digest();
}

/** How one key type appears in CMS. */
export interface CmsAlgorithm {
  readonly name: SignatureAlgorithm;
  readonly digestName: DigestName;
  readonly digestOid: string;
  readonly signatureOid: string;
  /** RSA identifiers carry a NULL parameter (RFC 3370 §3.2), the others none. */
  readonly hasNullParameter: boolean;
}

export const CMS_ALGORITHMS: Readonly<Record<SignatureAlgorithm, CmsAlgorithm>> = {
  ES256: {
    name: 'ES256',
    digestName: 'sha256',
    digestOid: OID.sha256,
    signatureOid: '1.2.840.10045.4.3.2',
    hasNullParameter: false,
  },
  ES384: {
    name: 'ES384',
    digestName: 'sha384',
    digestOid: OID.sha384,
    signatureOid: '1.2.840.10045.4.3.3',
    hasNullParameter: false,
  },
  RS256: {
    name: 'RS256',
    digestName: 'sha256',
    digestOid: OID.sha256,
    signatureOid: '1.2.840.113549.1.1.1',
    hasNullParameter: true,
  },
  SM2: {
    name: 'SM2',
    digestName: 'sm3',
    digestOid: OID.sm3,
    signatureOid: '1.2.156.10197.1.501',
    hasNullParameter: false,
  },
};
