import { AppError } from '../../../../shared/errors/app-error';
import { type UpdateRefusal, UpdateRefusalSchema } from '../../../../shared/ipc/routes/update';

/** A failure as the page words it. What is none of the known ones is INTERNAL. */
export function refusalOf(error: unknown): UpdateRefusal {
  const code = error instanceof AppError ? error.code : 'INTERNAL';
  const reason = error instanceof AppError ? (error.params.reason ?? null) : null;
  const told = UpdateRefusalSchema.safeParse({ code, reason });
  return told.success ? told.data : { code: 'INTERNAL', reason: null };
}
