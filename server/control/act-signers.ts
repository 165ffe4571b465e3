import { createHash, X509Certificate } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { actFacts, type FactDigests } from '../../shared/protocol/acts/facts';
import {
  type AdminAct,
  type AdminPart,
  adminMessage,
  readDraft,
} from '../../shared/protocol/admin-acts';
import { INTENTS, type IntentOf, intentMessage } from '../../shared/protocol/intents';
import { algorithmOf, keyHashOf, verifyIntent } from '../commands/signed-intent';
import { type Admin, listAdmins } from '../store/admins';
import type { SqlRunner } from '../store/sql-client';
import { ActRefused } from './act-refused';

/** Clocks of administrators go wrong by less. */
export const SKEW_MS = 600_000;

/** A person's part: their certificate (DER) and their signature. */
export interface Signed {
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
  /** Of a desk: the intent that its signing window showed and that was signed; absent: `adminMessage` was. */
  readonly intent?: string | undefined;
}

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

const DIGESTS: FactDigests = {
  ofBase64: (text) => sha256(Buffer.from(text, 'base64')),
  ofText: (text) => sha256(text),
};

/** Who may sign an act, by which certificate: in their own renewal a person also comes with the new one. */
export function signers(admins: readonly Admin[], act: AdminAct): readonly Admin[] {
  if (act.kind !== 'admin-renew') return admins;
  const certificate = Uint8Array.from(Buffer.from(act.certificate, 'base64'));
  const spki = keyHashOf(certificate);
  const renewed = admins
    .filter((one) => one.person === act.person && keyHashOf(one.certificate) === spki)
    .map((one) => ({ ...one, certificate }));
  return [...admins, ...renewed];
}

/** Whether the key of a certificate signed this part of this very act. */
export function holds(
  { certificate }: Pick<Admin, 'certificate'>,
  text: string,
  part: AdminPart,
  { signature, intent }: Pick<Signed, 'signature' | 'intent'>,
): boolean {
  const alg = algorithmOf(certificate);
  if (alg === null) return false;
  if (intent !== undefined && !isOf(intent, text, part)) return false;
  const signed = {
    intent: intent ?? text,
    alg,
    certificates: [Buffer.from(certificate).toString('base64')],
    sig: Buffer.from(signature).toString('base64'),
  };
  return verifyIntent(signed, (hash) =>
    intent === undefined ? adminMessage(part, hash, text) : intentMessage(hash, intent),
  );
}

/** A desk's intent, where it is one in canonical form; null otherwise. */
export function actIntent(intent: string): IntentOf<'admin-act'> | null {
  try {
    const value: unknown = JSON.parse(intent);
    const read = INTENTS['admin-act'].safeParse(value);
    return read.success && canonicalJson(value) === intent ? read.data : null;
  } catch {
    return null;
  }
}

/** What the window showed is this act and all of it: computed here again from the text. */
function isOf(intent: string, text: string, part: AdminPart): boolean {
  const said = actIntent(intent);
  const draft = readDraft(text);
  if (said === null || draft === null) return false;
  try {
    return (
      said.part === part &&
      said.act === draft.id &&
      said.kind === draft.act.kind &&
      said.draftSha256 === sha256(text) &&
      canonicalJson(said.facts) === canonicalJson(actFacts(draft.act, DIGESTS))
    );
  } catch {
    return false;
  }
}

/** Throws ActRefused where a certificate is not in force now. */
export function demandInForce(certificate: Uint8Array, nowMs: number, isRenewal = false): void {
  const { validFrom, validTo } = new X509Certificate(certificate);
  // Two whose certificates ended together renew them one after the other: the keys are the registered ones all the same.
  const isOver = Date.parse(validTo) < nowMs && !isRenewal;
  if (Date.parse(validFrom) - SKEW_MS > nowMs || isOver)
    throw new ActRefused('expired', 'the certificate is not in force');
}

/** The administrator whose registered key signed a part of an act. Throws ActRefused. */
export async function signerOf(
  runner: SqlRunner,
  text: string,
  part: AdminPart,
  signed: Signed,
  act: AdminAct,
  nowMs: number,
): Promise<Admin> {
  const hash = sha256(signed.certificate);
  const own = signers(await listAdmins(runner), act).find(
    (one) => sha256(one.certificate) === hash,
  );
  if (own === undefined) throw new ActRefused('admin', 'not the certificate of an administrator');
  if (!holds(own, text, part, signed))
    throw new ActRefused('signature', 'the signature does not hold');
  demandInForce(signed.certificate, nowMs, act.kind === 'admin-renew');
  return own;
}
