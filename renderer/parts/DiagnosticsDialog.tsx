import { say, useT } from '../i18n';
import { isolate } from '../lib/format';
import { useCommand } from '../lib/use-command';
import { useQuery } from '../lib/use-query';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Skeleton } from '../ui/PageState';
import { showToast } from '../ui/toast-store';
import { FailureNote } from './FailureState';

/** What helps those who help from afar: read whole, then saved just so. */
export function DiagnosticsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const { data, failure } = useQuery('about.diagnostics', {});
  const saving = useCommand('about.save-diagnostics');
  const save = async () => {
    const saved = await saving.run({});
    if (saved === null || saved.name === null) return;
    const { name } = saved;
    showToast({ tone: 'ok', text: () => say('about.diagnostics-saved', { name: isolate(name) }) });
    onClose();
  };
  const failed = failure ?? saving.failure;
  return (
    <Dialog
      isWide
      title={t('about.diagnostics')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.close')}</Button>
          <Button
            look="primary"
            icon="download"
            disabled={data === null || saving.isBusy}
            onClick={() => void save()}
          >
            {t('about.diagnostics-save')}
          </Button>
        </>
      }
    >
      <p className="c2">{t('about.diagnostics-about')}</p>
      {failed ? <FailureNote failure={failed} /> : null}
      {data === null ? (
        failed ? null : (
          <Skeleton label={t('state.loading')} rows={8} />
        )
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section tabIndex={0} className="diagnostics" aria-label={t('about.diagnostics-text')}>
          <pre className="licence num" dir="ltr" lang="en">
            {data.text}
          </pre>
        </section>
      )}
    </Dialog>
  );
}
