import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { Notice } from '../../ui/PageState';

/** Why the centre refuses a request, or puts it aside. */
const REASONS = [
  'form',
  'payload',
  'judge-failed',
  'request-known',
  'requests-many',
  'region-own',
  'region-unknown',
  'not-of-office',
] as const;

/** What the person said and the centre does not know yet, or did not take; nothing where it knows all. */
export function OwnWordNotice({ one }: { readonly one: CrossRegionRequest }) {
  const t = useT();
  const { waiting, notTaken } = one;
  if (notTaken !== null) {
    const reason = isolate(
      t(`outbox.reason-${REASONS.find((word) => word === notTaken.reason) ?? 'none'}`),
    );
    return notTaken.verdict === 'rejected' ? (
      <Notice tone="bad" icon="bad">
        {t('crossregion.not-taken', { reason })}
      </Notice>
    ) : (
      <Notice tone="warn" icon="clock">
        {t('crossregion.aside', { reason })}
      </Notice>
    );
  }
  if (waiting === null) return null;
  return <Notice icon="clock">{t(`crossregion.waiting-${waiting}`)}</Notice>;
}
