import type { SavedFilesView } from '../../shared/ipc/common';
import { useT } from '../i18n';
import { isolate } from '../lib/format';

/** Which files of a record were saved, and who signed them. */
export function SavedFiles({ saved }: { readonly saved: SavedFilesView | null }) {
  const t = useT();
  if (saved === null) return null;
  const { file, by, traceId } = saved;
  return (
    <span>
      {t(by === 'u-key' ? 'group.saved-signed' : 'group.saved-device', {
        file: isolate(file),
        trace: isolate(traceId),
      })}
    </span>
  );
}
