import { X509Certificate } from 'node:crypto';
import type { AdminAct, AdminAdd } from '../../shared/protocol/admin-acts';
import { algorithmOf, keyHashOf } from '../commands/signed-intent';
import { addAdmin, endAdmin, holdAdmins, listAdmins, renewAdmin } from '../store/admins';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import { SKEW_MS } from './act-signers';
import type { Performed } from './perform-act';
import { RULE_FROM } from './two-persons-rule';

/** Acts about administrators themselves. */
export type OwnAct = Extract<
  AdminAct,
  { readonly kind: 'admin-add' | 'admin-remove' | 'admin-renew' }
>;

export const isOwnAct = (act: AdminAct): act is OwnAct =>
  act.kind === 'admin-add' || act.kind === 'admin-remove' || act.kind === 'admin-renew';

/** Adds, renews or takes away an administrator, as two signed. Throws RangeError. */
export function doOwnAct(client: SqlClient, act: OwnAct, nowMs: number): Promise<Performed> {
  return client.transaction(async (runner) => {
    await holdAdmins(runner);
    if (act.kind === 'admin-add') {
      await addPerson(runner, act, nowMs);
      return { kept: `${act.person} is an administrator` };
    }
    if (act.kind === 'admin-renew') {
      await renewPerson(runner, act, nowMs);
      return { kept: `${act.person} has another certificate of the same key` };
    }
    if ((await listAdmins(runner)).length <= RULE_FROM)
      throw new RangeError('two administrators have to stay');
    if (!(await endAdmin(runner, act.person, nowMs)))
      throw new RangeError(`no administrator ${act.person}`);
    return { kept: `${act.person} is no administrator any more` };
  });
}

async function renewPerson(
  runner: SqlRunner,
  { person, certificate }: Pick<AdminAdd, 'person' | 'certificate'>,
  nowMs: number,
): Promise<void> {
  const der = Uint8Array.from(Buffer.from(certificate, 'base64'));
  const former = (await listAdmins(runner)).find((one) => one.person === person);
  if (former === undefined) throw new RangeError(`no administrator ${person}`);
  const spki = keyHashOf(der);
  if (spki === null || algorithmOf(der) === null) throw new RangeError('no certificate');
  const [before, now] = [new X509Certificate(former.certificate), new X509Certificate(der)];
  if (before.subject !== now.subject || before.issuer !== now.issuer)
    throw new RangeError('the certificate is of another person, or another issued it');
  if (Date.parse(now.validFrom) - SKEW_MS > nowMs || Date.parse(now.validTo) < nowMs)
    throw new RangeError('the new certificate is not in force');
  if (!(await renewAdmin(runner, person, der, spki)))
    throw new RangeError('the certificate is of another key: add the person anew');
}

/** Registers a person with the one key of theirs that counts. Throws RangeError for a person, key or subject that is known. */
export async function addPerson(
  runner: SqlRunner,
  { person, name, certificate }: Omit<AdminAdd, 'kind'>,
  nowMs: number,
): Promise<void> {
  const der = Uint8Array.from(Buffer.from(certificate, 'base64'));
  const spki = keyHashOf(der);
  if (spki === null || algorithmOf(der) === null)
    throw new RangeError('no certificate of a key that signs here (P-256, P-384, RSA, SM2)');
  // One person who comes with a second key comes under the same name of the certificate.
  const { subject } = new X509Certificate(der);
  const known = await listAdmins(runner);
  if (known.some((one) => new X509Certificate(one.certificate).subject === subject))
    throw new RangeError('an administrator has a certificate of this subject already');
  if (!(await addAdmin(runner, { person, name, certificate: der }, spki, nowMs)))
    throw new RangeError('this person or this key is, or was, an administrator’s already');
}
