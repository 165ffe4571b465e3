import { sm2 } from 'sm-crypto-v2';
import { parseCertificate, readCertificate } from './certificate';

const OID_SM2_SM3 = '1.2.156.10197.1.501';

/**
 * Whether the SM2 key of `parent` signed `child` with SM3 and the default ID (GM/T 0015); undefined where the parent's
 * key is none. Not by the engine: BoringSSL has no SM2, and OpenSSL asks for the ID by a switch that Node lacks.
 * Throws `Error` on anything malformed.
 */
export function isSm2Issuer(parent: Uint8Array, child: Uint8Array): boolean | undefined {
  const { algorithm, publicKey } = readCertificate(parent);
  if (algorithm !== 'SM2') return undefined;
  const certificate = parseCertificate(child);
  if (certificate.signatureAlgorithm.algorithmId !== OID_SM2_SM3) return false;
  const signature = Buffer.from(certificate.signatureValue.valueBlock.valueHexView).toString('hex');
  const point = Buffer.from(publicKey).toString('hex');
  const options = { der: true, hash: true };
  return sm2.doVerifySignature(Uint8Array.from(certificate.tbsView), signature, point, options);
}
