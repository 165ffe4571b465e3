import { makeIdNumber } from '../../shared/domain/identity/id-number';
import { ID_TYPES } from '../../shared/domain/model';
import { yearOf } from '../../shared/kernel/day';
import { personName, type Sex } from './names';
import type { Random } from './random';
import type { World } from './world';

export interface Person {
  readonly name: string;
  readonly sex: Sex;
  readonly birthDay: number;
  readonly idNumber: string;
  readonly secret: Readonly<Record<string, unknown>>;
  /** How punctual he is, standard normal: shows in every renewal. */
  readonly diligence: number;
}

const PHONE_PREFIXES = [
  '134',
  '135',
  '136',
  '137',
  '138',
  '139',
  '150',
  '151',
  '152',
  '157',
  '158',
  '159',
  '180',
  '181',
  '186',
  '187',
  '188',
  '189',
  '133',
  '177',
];
const MALE_SHARE = 0.8;
const HAS_PHONE = 0.87;
const YEAR_DAYS = 365.25;

/** Draws people; ID numbers do not repeat within a region. */
export class PersonSource {
  private readonly idNumbers = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {}

  next(): Person {
    const { random, world } = this;
    const sex: Sex = random.chance(MALE_SHARE) ? 1 : 2;
    const age = Math.min(61, Math.max(20, 41 + random.normal() * 9.5));
    const birthDay = world.today - Math.round(age * YEAR_DAYS) - random.int(0, 364);
    const idNumber = this.idNumber(sex, birthDay);
    const phone = random.chance(HAS_PHONE)
      ? { phone: random.pick(PHONE_PREFIXES) + String(random.int(0, 99_999_999)).padStart(8, '0') }
      : {};
    return {
      name: personName(random, sex, yearOf(birthDay), world.uyghurShare),
      sex,
      birthDay,
      idNumber,
      secret: { idType: ID_TYPES['resident-id'], idNumber, ...phone },
      diligence: random.normal(),
    };
  }

  /** A number that a renewed document replaced: of the same person, from another county. */
  formerIdNumber(person: Person): string {
    return makeIdNumber(
      this.random.pick(this.world.birthplaces),
      person.birthDay,
      2 * this.random.int(0, 499) + (person.sex === 1 ? 1 : 0),
    );
  }

  private idNumber(sex: Sex, birthDay: number): string {
    for (;;) {
      const sequence = 2 * this.random.int(0, 499) + (sex === 1 ? 1 : 0);
      const number = makeIdNumber(this.random.pick(this.world.birthplaces), birthDay, sequence);
      if (this.idNumbers.has(number)) continue;
      this.idNumbers.add(number);
      return number;
    }
  }
}
