import type { SqlClient } from '../sql-client';
import * as first from './0010-first';
import * as indexes from './0020-indexes';
import * as enrolmentUser from './0030-enrolment-user';
import * as control from './0040-control';
import * as officeToken from './0050-office-token';
import * as nextTls from './0080-next-tls';
import * as bundles from './0090-bundles';
import * as tiers from './0100-tiers';
import * as up from './0110-up';
import * as attachments from './0130-attachments';
import * as decisions from './0140-decisions';
import * as exports_ from './0160-exports';
import * as stickWishes from './0180-stick-wishes';
import * as exportReceipts from './0190-export-receipts';
import * as signers from './0200-signers';
import * as checkpoints from './0201-checkpoints';
import * as imports from './0202-imports';
import * as national from './0220-national';
import * as signerRoots from './0260-signer-roots';
import * as crossRegion from './0300-cross-region';
import * as regionKeys from './0320-region-keys';
import * as marks from './0330-marks';
import * as adminActs from './0331-admin-acts';
import * as verification from './0340-verification';
import * as alerts from './0370-alerts';
import * as statistics from './0380-statistics';
import * as alertPolicy from './0390-alert-policy';
import * as emergencyLevel from './0391-emergency-level';
import * as agreedEndpoints from './0392-agreed-endpoints';
import * as formerKeys from './0395-former-keys';
import * as heldGrants from './0400-held-grants';
import * as deskActs from './0401-desk-acts';
import * as answersAgain from './0402-answers-again';
import * as nationalDelta from './0405-national-delta';
import * as personEnd from './0406-person-end';
import * as challengeAnswer from './0409-challenge-answer';

const MIGRATIONS: readonly { readonly id: number; readonly sql: string }[] = [
  first,
  indexes,
  enrolmentUser,
  control,
  officeToken,
  nextTls,
  bundles,
  tiers,
  up,
  attachments,
  decisions,
  exports_,
  stickWishes,
  exportReceipts,
  signers,
  checkpoints,
  imports,
  national,
  signerRoots,
  crossRegion,
  regionKeys,
  marks,
  adminActs,
  verification,
  alerts,
  statistics,
  alertPolicy,
  emergencyLevel,
  agreedEndpoints,
  formerKeys,
  heldGrants,
  deskActs,
  answersAgain,
  nationalDelta,
  personEnd,
  challengeAnswer,
];
/** Any number that no other program takes as an advisory lock in our database. */
const LOCK = 330600127;

/** Brings the schema up to date; several servers may start at once. Throws on a schema of the future. */
export async function migrate(client: SqlClient): Promise<void> {
  await client.transaction(async (runner) => {
    await runner.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await runner.exec('create table if not exists migration (id integer primary key)');
    const done = new Set(
      (await runner.query<{ id: number }>('select id from migration')).map(({ id }) => id),
    );
    for (const known of done) {
      if (!MIGRATIONS.some(({ id }) => id === known))
        throw new Error(`schema of a newer server (migration ${known})`);
    }
    for (const { id, sql } of MIGRATIONS) {
      if (done.has(id)) continue;
      await runner.exec(sql);
      await runner.query('insert into migration (id) values ($1)', [id]);
    }
  });
}
