import { useCallback } from 'react';
import { useT } from '../i18n';
import { isolate } from '../lib/format';

/** Words a remaining time roughly: "about 2 min 10 s". */
export function useRemaining(): (ms: number) => string {
  const t = useT();
  return useCallback(
    (ms) => {
      const seconds = Math.max(1, Math.ceil(ms / 1000));
      const minutes = Math.floor(seconds / 60);
      return minutes === 0
        ? t('time.about-seconds', { seconds: isolate(seconds) })
        : t('time.about-minutes', { minutes: isolate(minutes), seconds: isolate(seconds % 60) });
    },
    [t],
  );
}
