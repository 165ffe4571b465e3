import { CERTIFICATE_KINDS, type Day, ID_TYPES, wordOf } from '../../shared/domain/model';
import { type Period, renewCertificate, revokeCertificate } from '../ingest/acts';
import { applyChanges } from '../ingest/changes';
import { countByRange } from '../store/blocks';
import { findRow, listIds } from '../store/rows';
import type { SqlClient } from '../store/sql-client';
import type { Region } from '../sync/regions';
import { personName } from './names';
import { Random } from './random';
import { worldOf } from './world';

const REASONS = ['违章作业造成生产安全责任事故', '伪造培训记录', '违章指挥造成生产安全责任事故'];
const SPAN_IDS = 4096;

/** Period of a kind by the shipped rule pack. Throws RangeError on an unknown code. */
export function periodsOf(region: string): (kind: number) => Period {
  const { rules } = worldOf(region, '', 0);
  return (kind) => {
    const word = wordOf(CERTIFICATE_KINDS, kind);
    const found = word === undefined ? undefined : rules.get(word);
    if (found === undefined) throw new RangeError(`kind ${kind}`);
    return found;
  };
}

/** Applies `count` random everyday changes to a region: renewals, corrected names, new phones, revocations, duplicates removed. */
export async function liveOn(
  client: SqlClient,
  region: Region,
  count: number,
  seed: string,
  today: Day,
): Promise<void> {
  const random = new Random(`${seed}|daily life|${region.code}`);
  const period = periodsOf(region.code);
  const ranges = {
    certificate: await countByRange(client, 'certificate', region.slice, SPAN_IDS),
    person: await countByRange(client, 'person', region.slice, SPAN_IDS),
  };
  const pick = async (entity: 'certificate' | 'person'): Promise<number | undefined> => {
    const range = random.pick(ranges[entity]);
    if (range === undefined) return undefined;
    const [id] = await listIds(
      client,
      entity,
      region.slice,
      random.int(range.from, range.end - 1),
      1,
    );
    return id;
  };
  for (let i = 0; i < count; i++) {
    const dice = random.next();
    const entity = dice < 0.72 ? 'certificate' : 'person';
    const id = await pick(entity);
    if (id === undefined) continue;
    if (dice < 0.62) await renewCertificate(client, region, id, today, period);
    else if (dice < 0.7) await revokeCertificate(client, region, id, today, random.pick(REASONS));
    else if (dice < 0.72)
      await client.transaction((runner) =>
        applyChanges(runner, region.slice, region.leafOf, [
          { op: 'exit', entity, id, reason: 'erroneous', day: today },
        ]),
      );
    else await changePerson(client, region, id, random, dice < 0.86);
  }
}

/** A corrected name travels as a patch, a new phone (a private value) as a whole row. */
async function changePerson(
  client: SqlClient,
  region: Region,
  id: number,
  random: Random,
  isName: boolean,
): Promise<void> {
  await client.transaction(async (runner) => {
    const row = await findRow(runner, 'person', region.slice, id);
    if (row === undefined) return;
    const { values, secret } = row;
    const name = personName(random, values.sex === 2 ? 2 : 1, 1985, 0);
    const phone = `139${String(random.int(0, 99_999_999)).padStart(8, '0')}`;
    await applyChanges(runner, region.slice, region.leafOf, [
      isName
        ? { op: 'patch', entity: 'person', id, fields: { name } }
        : {
            op: 'put',
            entity: 'person',
            id,
            values,
            secret: { idType: ID_TYPES['resident-id'], ...secret, phone },
          },
    ]);
  });
}
