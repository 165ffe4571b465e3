import { CERTIFICATE_KINDS } from '../../shared/domain/model';
import { addYears, yearOf } from '../../shared/kernel/day';
import { CareerRun, type CareerSetting } from './careers';
import { CONSTRUCTION_LETTERS, numberOf } from './numbers';

/** Everything that happened to one certificate, before ids are known. */
export interface Career {
  readonly values: Record<string, unknown>;
  readonly secret: Record<string, unknown>;
  readonly events: Record<string, unknown>[];
  readonly trainings: Record<string, unknown>[];
  readonly exams: Record<string, unknown>[];
}

const OLDEST_YEARS = 14;

/** One certificate with its past. `serial` numbers the region's certificates. */
export function careerOf(setting: CareerSetting, serial: number, formerId: () => string): Career {
  const { world, random, company, person, kind, category, body } = setting;
  const youngest = addYears(person.birthDay, 18) + random.int(30, 800);
  const oldest = addYears(world.today, -OLDEST_YEARS);
  // More first issues lately than long ago: people leave.
  const firstIssue = Math.min(
    world.today - random.int(5, 90),
    Math.max(youngest, oldest, world.today - Math.floor(5100 * random.next() ** 1.2) - 5),
  );
  const issuers = world.issuers;
  const issuer =
    CONSTRUCTION_LETTERS[kind] !== undefined
      ? issuers.construction
      : random.chance(0.25)
        ? issuers.province
        : random.chance(0.6)
          ? issuers.city
          : (issuers.county.get(company.region) ?? issuers.city);
  const run = new CareerRun(setting, issuer.id);
  run.run(firstIssue);
  const { values, secret } = numberOf(setting, firstIssue, serial, formerId);
  return {
    values: {
      kind: CERTIFICATE_KINDS[kind],
      ...(category === undefined ? {} : { category }),
      ...values,
      issuer: issuer.id,
      region: company.region,
      industry: company.industry,
      firstIssue,
      ...run.facts(),
      body: body.id,
      source: random.chance(0.8) ? 1 : random.chance(0.7) ? 3 : 2,
      ...(random.chance(0.02)
        ? { ext: { archive: `${world.cityStem}-${yearOf(firstIssue)}-${random.int(1, 9999)}` } }
        : {}),
    },
    secret,
    events: run.events,
    trainings: run.trainings,
    exams: run.exams,
  };
}
