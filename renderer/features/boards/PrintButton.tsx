import { useEffect } from 'react';
import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';

/** Charts have drawn themselves for another size by then. */
const REDRAW_MS = 400;

/** Prints the board that is shown: main opens the system's dialog. */
export function PrintButton({ isReady }: { readonly isReady: boolean }) {
  const t = useT();
  const text = useFailureText();
  const print = useCommand('boards.print');
  const { failure } = print;
  useEffect(() => {
    if (failure) showToast({ tone: 'bad', text: () => text(failure) });
  }, [failure, text]);
  const go = async () => {
    const { dataset } = document.documentElement;
    const { theme = 'light' } = dataset;
    // Paper is light, whatever the screen is.
    dataset.theme = 'light';
    // And of its own size: charts draw themselves anew for it.
    dataset.printing = 'board';
    await new Promise((resolve) => setTimeout(resolve, REDRAW_MS));
    const answer = await print.run({}).finally(() => {
      dataset.theme = theme;
      delete dataset.printing;
    });
    if (answer?.outcome === 'no-printer')
      showToast({ tone: 'warn', text: () => say('boards.no-printer') });
  };
  return (
    <Button
      look="quiet"
      icon="print"
      aria-label={t('boards.print')}
      title={t('boards.print')}
      disabled={!isReady || print.isBusy}
      onClick={() => void go()}
    />
  );
}
