import { type CertificateKind, type Day, NUMBER_FORMS } from '../../shared/domain/model';
import { isoFromDay, yearOf } from '../../shared/kernel/day';
import type { Person } from './people';
import type { Random } from './random';
import type { World } from './world';

interface NumberSetting {
  readonly world: World;
  readonly random: Random;
  readonly person: Person;
  readonly kind: CertificateKind;
}

/** 建安A, B, C1…: kinds whose issuer is the construction department. */
export const CONSTRUCTION_LETTERS: Readonly<Record<string, string>> = {
  'construction-a': 'A',
  'construction-b': 'B',
  'construction-c1': 'C1',
  'construction-c2': 'C2',
  'construction-c3': 'C3',
};

/** How a certificate's number comes about; `serial` numbers the region's certificates. */
export function numberOf(
  { kind, person, random, world }: NumberSetting,
  firstIssue: Day,
  serial: number,
  formerId: () => string,
) {
  const letter = CONSTRUCTION_LETTERS[kind];
  const year = yearOf(firstIssue);
  if (letter !== undefined) {
    const number = `${world.provinceLetter}建安${letter}(${year})${String(serial % 10_000_000).padStart(7, '0')}`;
    return { values: { numberForm: NUMBER_FORMS.own, number }, secret: {} };
  }
  const isOperation = kind === 'special-operation';
  // An ID renewed since: the printed number holds the former one.
  if (random.chance(0.002)) {
    const former = formerId();
    if (former !== person.idNumber)
      return {
        values: { numberForm: NUMBER_FORMS.sealed },
        secret: { number: isOperation ? `T${former}` : former },
      };
  }
  if (isOperation) return { values: { numberForm: NUMBER_FORMS['T-id'] }, secret: {} };
  if (random.chance(0.6)) return { values: { numberForm: NUMBER_FORMS.id }, secret: {} };
  const number = `${world.slice}${isoFromDay(firstIssue).slice(2, 4)}${String(serial % 10_000_000).padStart(7, '0')}`;
  return { values: { numberForm: NUMBER_FORMS.own, number }, secret: {} };
}
