import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_STATUSES } from '../../../shared/domain/model';
import type { Central } from '../../central';
import { movePerson, revokeCertificate } from '../../ingest/acts';
import { openPostgres } from '../../store/pg-client';
import { findRow } from '../../store/rows';
import { holdSlices } from '../../store/slices';
import type { SqlClient } from '../../store/sql-client';
import type { Region, Regions } from '../../sync/regions';
import { testCentral } from '../place';

const FROM = 3306;
const TO = 3307;
const DAY = 20_700;

let central: Central;
let close: () => Promise<void>;
let other: SqlClient;
let from: Region;
let to: Region;

beforeAll(async () => {
  const made = await testCentral({ [FROM]: 60, [TO]: 10 });
  ({ central, close } = made);
  other = await openPostgres(made.place.databaseUrl ?? '', made.place.databaseSchema);
  const { regions } = (central as unknown as { readonly parts: { readonly regions: Regions } })
    .parts;
  [from, to] = (await Promise.all([FROM, TO].map((slice) => regions.find(slice)))) as [
    Region,
    Region,
  ];
});
afterAll(async () => {
  await other.close();
  await close();
});

// Would catch: the whole centre ended by one connection that its database cut while it was in use.
it('a connection that breaks in use fails its own query and nothing else', async () => {
  const cut = () =>
    other.transaction((runner) => runner.query('select pg_terminate_backend(pg_backend_pid())'));
  await expect(cut()).rejects.toThrow(/terminat|Connection/iu);
  await expect(cut()).rejects.toThrow(/terminat|Connection/iu);
  await delay(100);
  expect(await other.query('select 1 as one')).toEqual([{ one: 1 }]);
});

// Would catch: a person moved with the certificate as it was before somebody revoked it: valid again in the next region.
it('a move that waits behind a revocation takes the revoked certificate along', async () => {
  const [row] = await other.query<{ id: number; holder: number }>(
    'select id, c_holder as holder from e_certificate where slice = $1 and c_base_status = $2 limit 1',
    [FROM, BASE_STATUSES.valid],
  );
  if (row === undefined) throw new Error('no certificate');
  const [id, holder] = [Number(row.id), Number(row.holder)];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const holding = other.transaction(async (runner) => {
    await holdSlices(runner, FROM);
    await held;
  });
  await delay(100);
  const revoking = revokeCertificate(other, from, id, DAY, '查实造假');
  await delay(200);
  const moving = movePerson(other, from, to, holder, DAY);
  await delay(200);
  letGo();
  await Promise.all([holding, revoking, moving]);
  const moved = await findRow(other, 'certificate', TO, id);
  expect(moved?.values.baseStatus).toBe(BASE_STATUSES.revoked);
  const events = await other.query(
    'select slice from e_event where c_certificate = $1 and slice = $2',
    [id, FROM],
  );
  expect(events).toEqual([]);
});
