import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors/app-error';
import type { Answer } from '../../../shared/ipc/define';

/** Where the details of a failure go; the page sees code, params and reference only. */
export interface FaultLog {
  /** An expected, documented failure. */
  warn(message: string, fields: Readonly<Record<string, string | number>>): void;
  /** A defect. */
  error(message: string, fields: Readonly<Record<string, string | number>>): void;
}

/** A short reference that a person can read out: `R-7K2M9Q`. */
export function newRef(): string {
  const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  let text = 'R-';
  for (const byte of randomBytes(6)) text += alphabet[byte % alphabet.length];
  return text;
}

/** Any thrown thing as a coded answer. What is no AppError is a defect: INTERNAL, details logged. */
export function refusal(error: unknown, where: string, log: FaultLog): Answer<never> {
  const ref = newRef();
  if (error instanceof AppError) {
    log.warn('refused', { ref, where, error: error.code, detail: error.detail ?? '' });
    return { ok: false, error: { code: error.code, params: error.params, ref } };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('defect', { ref, where, detail });
  return { ok: false, error: { code: 'INTERNAL', params: {}, ref } };
}
