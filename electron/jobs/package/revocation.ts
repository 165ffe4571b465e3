import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { type CertificateFacts, parseCertificate, readCertificate } from '../../device/certificate';
import { decodeAll, decodeOne, TAG } from './cms/der';
import { sm2Digest, sm2Verify } from './cms/sm2';
import { parseRevocationList, type RevocationList } from './revocation-list';

const OID_KEY_USAGE = '2.5.29.15';
/** Bit 6 of the key usage, counted from the highest of its first octet. */
const CRL_SIGN = 0x02;
const OID_SM2_SM3 = '1.2.156.10197.1.501';
const HASHES: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
};

/**
 * `none`: no list of the issuer was at hand, so nothing is known. `good`: not on the list that holds now, which was made
 * after the signature. `old`: not on it, but a newer list is due, or it does not say until when it holds. `earlier`: not on
 * it, but it was made before the signature, and says nothing of the days between. `before`: revoked, and proven to have
 * signed earlier. `revoked`: do not rely on it.
 */
export type RevocationState = 'none' | 'good' | 'old' | 'earlier' | 'before' | 'revoked';

export interface RevocationJudgement {
  readonly state: RevocationState;
  readonly detail: string;
  /** When the list was made that the signer is not on; where the state is good. */
  readonly asOfMs?: number;
}

export interface RevocationQuestion {
  /** DER, the signer first, then its issuers, then trust roots. */
  readonly chain: readonly Uint8Array[];
  /** DER lists; those of other issuers and those that do not hold are passed over. */
  readonly lists: readonly Uint8Array[];
  /** Until when the signature certainly existed: a server's countersignature. The signer's own claim proves nothing. */
  readonly provenBeforeMs: number | undefined;
  /** When the signer says that it signed: what a list has to be newer than where nothing better is known. */
  readonly claimedMs: number | undefined;
  readonly nowMs: number;
}

/** Whether the signer or one of its issuers was revoked, each by the newest list that its own issuer signed. */
export async function judgeRevocation(question: RevocationQuestion): Promise<RevocationJudgement> {
  const lists = question.lists.flatMap(readable);
  let answer: RevocationJudgement | undefined;
  for (const [index, der] of question.chain.entries()) {
    const judged = await judgeOne(der, question.chain.slice(index + 1), lists, question);
    if (judged?.state === 'revoked') return judged;
    // An issuer that is well says nothing of the signer; one that was revoked does.
    if (index === 0 || judged?.state === 'before') answer = judged ?? answer;
  }
  return answer ?? { state: 'none', detail: 'no revocation list of the issuer at hand' };
}

async function judgeOne(
  der: Uint8Array,
  issuers: readonly Uint8Array[],
  lists: readonly RevocationList[],
  { provenBeforeMs, claimedMs, nowMs }: RevocationQuestion,
): Promise<RevocationJudgement | undefined> {
  const newest = await newestOf(issuerNameOf(der), issuers, lists);
  if (newest === undefined) return undefined;
  const { subject, serial } = readCertificate(der);
  const revokedMs = newest.revokedMs.get(serial);
  if (revokedMs === undefined) {
    return judgeAbsence(newest, provenBeforeMs ?? claimedMs, nowMs);
  }
  const words = `${subject} was revoked on ${dayOf(revokedMs)}`;
  return provenBeforeMs !== undefined && provenBeforeMs < revokedMs
    ? { state: 'before', detail: `${words}, after it had signed` }
    : { state: 'revoked', detail: words };
}

/** What it says that a certificate is not on a list. */
function judgeAbsence(
  { thisUpdateMs, nextUpdateMs }: RevocationList,
  signedByMs: number | undefined,
  nowMs: number,
): RevocationJudgement {
  const said = `not revoked as of ${dayOf(thisUpdateMs)}`;
  if (nextUpdateMs === undefined)
    return { state: 'old', detail: `${said}; the list does not say until when it holds` };
  if (nextUpdateMs < nowMs)
    return { state: 'old', detail: `${said}; a newer list was due on ${dayOf(nextUpdateMs)}` };
  // Lists state whole seconds.
  if (signedByMs === undefined || thisUpdateMs < Math.floor(signedByMs / 1_000) * 1_000)
    return { state: 'earlier', detail: `${said}, a list that was made before the signature` };
  return { state: 'good', detail: said, asOfMs: thisUpdateMs };
}

async function newestOf(
  issuer: Uint8Array,
  issuers: readonly Uint8Array[],
  lists: readonly RevocationList[],
): Promise<RevocationList | undefined> {
  const own = lists
    .filter((list) => Buffer.compare(list.issuer, issuer) === 0)
    .sort((a, b) => b.thisUpdateMs - a.thisUpdateMs);
  for (const list of own) {
    for (const der of issuers) {
      if (Buffer.compare(subjectNameOf(der), issuer) === 0 && (await holds(list, der))) return list;
    }
  }
  return undefined;
}

async function holds(list: RevocationList, issuerDer: Uint8Array): Promise<boolean> {
  try {
    if (!maySignLists(issuerDer)) return false;
    const facts: CertificateFacts = readCertificate(issuerDer);
    if (list.signatureOid === OID_SM2_SM3) {
      const e = await sm2Digest(facts.publicKey, list.signedPart);
      return facts.algorithm === 'SM2' && sm2Verify(facts.publicKey, e, list.signature);
    }
    const hash = HASHES[list.signatureOid];
    if (hash === undefined) return false;
    const key = createPublicKey({ key: Buffer.from(facts.spkiDer), format: 'der', type: 'spki' });
    return verify(hash, list.signedPart, key, list.signature);
  } catch {
    return false;
  }
}

/** RFC 5280 §4.2.1.3: where a key usage is stated it must allow signing lists. */
function maySignLists(der: Uint8Array): boolean {
  if (!new X509Certificate(der).ca) return false;
  const usage = parseCertificate(der).extensions?.find(({ extnID }) => extnID === OID_KEY_USAGE);
  if (usage === undefined) return true;
  const bits = decodeOne(Uint8Array.from(usage.extnValue.valueBlock.valueHexView), TAG.bitString);
  return ((bits.content[1] ?? 0) & CRL_SIGN) !== 0;
}

function readable(der: Uint8Array): RevocationList[] {
  try {
    return [parseRevocationList(der)];
  } catch {
    return [];
  }
}

function nameFields(der: Uint8Array): Uint8Array[] {
  const [tbs] = decodeAll(decodeOne(der, TAG.sequence).content);
  const fields = decodeAll(tbs?.content ?? new Uint8Array());
  return fields.filter(({ tag }) => tag !== TAG.context0).map(({ raw }) => raw);
}

const issuerNameOf = (der: Uint8Array): Uint8Array => nameFields(der)[2] ?? new Uint8Array();
const subjectNameOf = (der: Uint8Array): Uint8Array => nameFields(der)[4] ?? new Uint8Array();
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
