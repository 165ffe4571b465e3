import type { LockReason } from '../../../shared/ipc/routes/app';
import { useT } from '../../i18n';
import { useFailureText } from '../../parts/use-failure-text';
import { Notice } from '../../ui/PageState';

/** Why the desk locked, where the person has something to do about it. */
export function LockNotice({ reason }: { readonly reason: LockReason | null }) {
  const t = useT();
  const text = useFailureText();
  switch (reason) {
    case 'store-crashed':
      return (
        <Notice tone="warn" icon="warn">
          {text({ code: 'STORE_CRASHED' })}
        </Notice>
      );
    case 'lease-ended':
    case 'role-changed':
      return (
        <Notice tone="warn" icon="warn">
          {t(`unlock.locked-${reason}`)}
        </Notice>
      );
    case 'damaged':
      return (
        <Notice tone="warn" icon="warn">
          {t('recovery.found')}
        </Notice>
      );
    default:
      return null;
  }
}
