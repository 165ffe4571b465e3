import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBER } from 'asn1js';
import { Attribute, ContentInfo, SignedAndUnsignedAttributes, SignedData } from 'pkijs';
import { openssl } from '../../device/test/softhsm-rig';

const OID_TIME_STAMP = '1.2.840.113549.1.9.16.2.14';
const CONFIG = `[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = yes
tsa_name = no
ess_cert_id_chain = no
`;

/** A time-stamping authority by `openssl ts` (RFC 3161) in a folder; answers the token over the given bytes. */
export function makeTimestamps(folder: string): (bytes: Uint8Array) => Buffer {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('tsa.cnf'), CONFIG);
  writeFileSync(file('serial'), '01\n');
  openssl(
    folder,
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.pem'],
    ...['-subj', '/O=Elsewhere/CN=Time', '-days', '30'],
    ...['-addext', 'extendedKeyUsage=critical,timeStamping'],
  );
  return (bytes) => {
    writeFileSync(file('stamped.bin'), bytes);
    const query = ['-data', 'stamped.bin', '-sha256', '-cert', '-no_nonce', '-out', 'stamp.tsq'];
    openssl(folder, 'ts', '-query', ...query);
    openssl(
      folder,
      ...['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'stamp.tsq', '-signer', 'tsa.pem'],
      ...['-inkey', 'tsa.key', '-token_out', '-out', 'stamp.tst'],
    );
    return readFileSync(file('stamp.tst'));
  };
}

/** A CMS with a time stamp of its signature among the unsigned attributes (RFC 3161 appendix A, CAdES-T). */
export function withTimestamp(cms: Uint8Array, stamp: (bytes: Uint8Array) => Buffer): Buffer {
  const content = new ContentInfo({ schema: fromBER(Uint8Array.from(cms)).result });
  const signed = new SignedData({ schema: content.content });
  const [info] = signed.signerInfos;
  if (info === undefined) throw new Error('no signer');
  const token = fromBER(Uint8Array.from(stamp(info.signature.valueBlock.valueHexView))).result;
  info.unsignedAttrs = new SignedAndUnsignedAttributes({
    type: 1,
    attributes: [new Attribute({ type: OID_TIME_STAMP, values: [token] })],
  });
  content.content = signed.toSchema(true);
  return Buffer.from(content.toSchema().toBER(false));
}
