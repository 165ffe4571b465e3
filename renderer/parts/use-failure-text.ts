import { useCallback } from 'react';
import { type ErrorCode, isErrorCode } from '../../shared/errors/app-error';
import { useT } from '../i18n';
import { isolate } from '../lib/format';

/** Words a failure in the person's language; a code of another build reads like a defect. */
export function useFailureText(): (failure: {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
}) => string {
  const t = useT();
  return useCallback(
    ({ code, params = {} }) => {
      const known: ErrorCode = isErrorCode(code) ? code : 'INTERNAL';
      return t(
        `errors.${known}`,
        Object.fromEntries(Object.entries(params).map(([name, value]) => [name, isolate(value)])),
      );
    },
    [t],
  );
}
