import { assertNever } from '../../kernel/assert-never';
import { NUMBER_FORMS, type NumberFormCode } from '../model';
import { parseIdNumber } from './id-number';

/** Which digits a mask hides: the birth date (default policy), or its month and day (中间4位). */
export type IdMaskStyle = 'birth-8' | 'middle-4';

const HIDDEN: Readonly<Record<IdMaskStyle, readonly [from: number, to: number]>> = {
  'birth-8': [6, 14],
  'middle-4': [10, 14],
};

function hide(text: string, from: number, to: number): string {
  return text.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + text.slice(to);
}

/**
 * Masked form of an ID number. A document of another type (passport, permit) keeps two characters
 * at each end; one of up to six characters is hidden whole.
 */
export function maskIdNumber(id: string, style: IdMaskStyle): string {
  if (/^\d{17}[\dX]$/i.test(id)) {
    const [from, to] = HIDDEN[style];
    return hide(id, from, to);
  }
  return id.length <= 6 ? '*'.repeat(id.length) : hide(id, 2, id.length - 2);
}

/** 138****1234; any other length keeps three digits at the front and two at the end. */
export function maskPhone(phone: string): string {
  if (phone.length === 11) return hide(phone, 3, 7);
  return phone.length <= 6 ? '*'.repeat(phone.length) : hide(phone, 3, phone.length - 2);
}

/** Masks every valid 18-character ID number within a text. */
export function maskEmbeddedIds(text: string, style: IdMaskStyle): string {
  return text.replace(/(?<!\d)\d{17}[\dXx](?![\dXx])/g, (run) =>
    parseIdNumber(run).ok ? maskIdNumber(run, style) : run,
  );
}

/**
 * Masks every run of 12 or more digits, and of 15 or more with hyphens among them: an ID number that was mistyped, cut or
 * broken up still names a person.
 */
export function maskNumberRuns(text: string): string {
  const mask = (run: string) => maskIdNumber(run.replaceAll('-', ''), 'birth-8');
  return text.replace(/\d[\d-]{10,}[\dXx]/gu, (run) => {
    const digits = run.replace(/[^\d]/gu, '').length;
    const isOne = run.includes('-') ? digits >= 15 : digits >= 12;
    return isOne ? mask(run) : run.replace(/\d{12,}[Xx]?/gu, mask);
  });
}

/**
 * Masked certificate number, wherever the ID number is masked. `number` is the stored public text,
 * present for the form `own` only; `maskedId` is the holder's masked ID number.
 */
export function maskCertificateNumber(
  numberForm: NumberFormCode,
  number: string | undefined,
  maskedId: string,
): string {
  switch (numberForm) {
    case NUMBER_FORMS.own:
      // A number filed under the wrong form must still disclose nothing.
      return maskEmbeddedIds(number ?? '', 'birth-8');
    case NUMBER_FORMS['T-id']:
      return `T${maskedId}`;
    case NUMBER_FORMS.id:
      return maskedId;
    case NUMBER_FORMS.sealed:
      return '******';
    default:
      return assertNever(numberForm);
  }
}
