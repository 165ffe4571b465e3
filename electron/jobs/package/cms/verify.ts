import { createPublicKey, verify } from 'node:crypto';
import { CMS_ALGORITHMS, type DigestName, OID } from './algorithms';
import { buildCms, type CmsSigner, cmsSigner, issuerAndSerial, signedAttributes } from './build';
import { decodeAll, decodeAt, decodeOid, decodeOne, type Element, TAG } from './der';
import { sm2Digest, sm2Verify } from './sm2';

/** A CMS whose signature holds over the content. */
export interface CmsVerdict {
  readonly signer: CmsSigner;
  /** The signer's own claim; absent in a PDF. */
  readonly signingTimeMs: number | undefined;
}

/** Why a signature does not hold. */
export class CmsProblem extends Error {
  override readonly name = 'CmsProblem';
}

/**
 * Verifies a detached CMS of the one form that this product writes (RFC 5652, CAdES-BES): digest of the content,
 * signature over the attributes, signer's certificate by its hash. The whole structure is built again from what
 * was read and compared byte by byte, so nothing unsigned can hide in it. Trust in the issuer is not judged here.
 * Throws `CmsProblem`.
 */
export async function verifyCms(cms: Uint8Array, contentDigestOf: DigestOf): Promise<CmsVerdict> {
  try {
    return await check(cms, contentDigestOf);
  } catch (error) {
    if (error instanceof CmsProblem) throw error;
    throw new CmsProblem(`malformed: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/**
 * Whether a CMS is one of this product's to which others added unsigned attributes, such as a time stamp (CAdES-T): its signer,
 * signed attributes and signature are what `verifyCms` asks for, and nothing is said of what was added.
 */
export async function holdsBesideAdditions(
  cms: Uint8Array,
  contentDigestOf: DigestOf,
): Promise<boolean> {
  try {
    // The room for a signature is filled up with zeros.
    const parts = readParts(decodeAt(cms, 0).raw, true);
    const { signer, expected } = await signedAsClaimed(parts, contentDigestOf);
    return await holds(signer, expected, parts.signature);
  } catch {
    // Of another form, which says nothing for it.
    return false;
  }
}

/** Gives the content's digest in the algorithm that the signature uses. */
export type DigestOf = (algorithm: DigestName) => Promise<Uint8Array>;

async function check(cms: Uint8Array, contentDigestOf: DigestOf): Promise<CmsVerdict> {
  const parts = readParts(cms);
  const { signer, expected, signingTimeMs } = await signedAsClaimed(parts, contentDigestOf);
  if (!equal(buildCms(signer, expected, parts.signature), cms)) {
    throw new CmsProblem(
      `structure is not of this form (${CMS_ALGORITHMS[signer.algorithm].name})`,
    );
  }
  if (!(await holds(signer, expected, parts.signature)))
    throw new CmsProblem('the signature does not hold');
  return { signer, signingTimeMs };
}

/** The signer, and the signed attributes built again from the content. Throws `CmsProblem` where they are others. */
async function signedAsClaimed(parts: Parts, contentDigestOf: DigestOf) {
  const signer = signerOf(parts);
  const algorithm = CMS_ALGORITHMS[signer.algorithm];
  const digest = await contentDigestOf(algorithm.digestName);
  const signingTimeMs = signingTimeOf(parts.attributes);
  const claimed = attributeValue(parts.attributes, OID.messageDigest);
  if (claimed === undefined || !equal(decodeOne(claimed, TAG.octetString).content, digest)) {
    throw new CmsProblem('the content is not what was signed');
  }
  const expected = await signedAttributes(signer, digest, signingTimeMs);
  if (!equal(expected, parts.attributes))
    throw new CmsProblem('signed attributes are not of this form');
  return { signer, expected, signingTimeMs };
}

/** Verifies a signature over signed attributes with the signer's public key. */
export async function holds(
  signer: CmsSigner,
  attributes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { facts, algorithm } = signer;
  if (algorithm === 'SM2') {
    return sm2Verify(facts.publicKey, await sm2Digest(facts.publicKey, attributes), signature);
  }
  const key = createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
  return verify(CMS_ALGORITHMS[algorithm].digestName, attributes, key, signature);
}

interface Parts {
  readonly certificates: readonly Uint8Array[];
  readonly attributes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signerId: Uint8Array;
}

function readParts(cms: Uint8Array, mayHaveMore = false): Parts {
  const [type, wrapped] = decodeAll(decodeOne(cms, TAG.sequence).content);
  if (type === undefined || decodeOid(type.content) !== OID.signedData)
    throw new CmsProblem('not SignedData');
  const signedData = decodeOne(need(wrapped).content, TAG.sequence);
  const [, , , certificates, signerInfos] = decodeAll(signedData.content);
  const infos = decodeAll(need(signerInfos).content);
  if (infos.length !== 1) throw new CmsProblem('not exactly one signer');
  const [, signerId, , attributes, , signature, ...rest] = decodeAll(need(infos[0]).content);
  if (rest.length > 0 && !mayHaveMore) throw new CmsProblem('unsigned attributes');
  // Signed as a SET, carried under [0]: the first byte differs (RFC 5652 §5.4).
  const asSet = Uint8Array.from(need(attributes).raw);
  asSet[0] = TAG.set;
  return {
    certificates: decodeAll(need(certificates).content).map((element) => element.raw),
    attributes: asSet,
    signature: need(signature).content,
    signerId: need(signerId).raw,
  };
}

/** The signer with its chain in the order of the signed certificate hashes. */
function signerOf(parts: Parts): CmsSigner {
  const leaf = parts.certificates.find((der) => equal(issuerAndSerial(der), parts.signerId));
  if (leaf === undefined) throw new CmsProblem('signer certificate absent');
  const others = parts.certificates.filter((der) => der !== leaf);
  return cmsSigner([leaf, ...orderBySubject(leaf, others)]);
}

function orderBySubject(leaf: Uint8Array, others: readonly Uint8Array[]): Uint8Array[] {
  const rest = [...others];
  const ordered: Uint8Array[] = [];
  let current = leaf;
  while (rest.length > 0) {
    const { issuer } = namesOf(current);
    const index = rest.findIndex((der) => equal(namesOf(der).subject, issuer));
    const [next] = index === -1 ? [] : rest.splice(index, 1);
    if (next === undefined) throw new CmsProblem('a certificate of no use');
    ordered.push(next);
    current = next;
  }
  return ordered;
}

function namesOf(der: Uint8Array): { issuer: Uint8Array; subject: Uint8Array } {
  const [tbs] = decodeAll(decodeOne(der, TAG.sequence).content);
  const fields = decodeAll(need(tbs).content).filter((field) => field.tag !== TAG.context0);
  return { issuer: need(fields[2]).raw, subject: need(fields[4]).raw };
}

function attributeValue(attributes: Uint8Array, oid: string): Uint8Array | undefined {
  for (const attribute of decodeAll(decodeOne(attributes, TAG.set).content)) {
    const [type, values] = decodeAll(attribute.content);
    if (type !== undefined && decodeOid(type.content) === oid) return need(values).content;
  }
  return undefined;
}

function signingTimeOf(attributes: Uint8Array): number | undefined {
  const value = attributeValue(attributes, OID.signingTime);
  if (value === undefined) return undefined;
  const time = decodeOne(value);
  const text = Buffer.from(time.content).toString('latin1');
  const full = time.tag === TAG.utcTime ? `20${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u.exec(full);
  if (match === null) throw new CmsProblem('signing time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function need(element: Element | undefined): Element {
  if (element === undefined) throw new CmsProblem('incomplete');
  return element;
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
