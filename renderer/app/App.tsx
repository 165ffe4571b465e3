import { lazy, Suspense, useEffect } from 'react';
import { FirstSyncPage } from '../features/unlock/FirstSyncPage';
import { UnlockPage } from '../features/unlock/UnlockPage';
import { applyLocale, say, useT } from '../i18n';
import { on } from '../lib/desk';
import { reloadDesk, useDesk } from '../lib/desk-store';
import { FailureState } from '../parts/FailureState';
import { Skeleton } from '../ui/PageState';
import { Toasts } from '../ui/Toasts';
import { showToast } from '../ui/toast-store';
import { canSee } from './access';
import { ErrorBoundary } from './ErrorBoundary';
import { Fault } from './Fault';

/** The desk with all its pages: most of the program, and nothing that the unlock page needs. */
const loadShell = () => import('./Shell');
const Shell = lazy(async () => ({ default: (await loadShell()).Shell }));

/** Decides between unlocking, the first synchronisation and the open desk; applies the settings. */
export function App() {
  const t = useT();
  const settings = useDesk((store) => store.state?.settings);
  useEffect(() => {
    if (!settings) return;
    applyLocale(settings.locale);
    document.documentElement.dataset.theme = settings.theme;
    document.documentElement.dataset.step = String(settings.fontStep);
  }, [settings]);
  useEffect(
    () =>
      on('copy.refused', ({ why, way }) =>
        showToast({
          tone: 'warn',
          text: () => say(way === 'found' ? 'shell.copy-found' : `shell.copy-${why}`),
        }),
      ),
    [],
  );
  const isShown = settings !== undefined;
  useEffect(() => {
    if (!isShown) return;
    // Here by the time somebody has typed a password. Where it does not come, the open desk says so.
    const waiting = requestIdleCallback(() => void loadShell().catch(() => undefined));
    return () => cancelIdleCallback(waiting);
  }, [isShown]);
  return (
    <ErrorBoundary fallback={(reference, retry) => <Fault reference={reference} onRetry={retry} />}>
      <Stage />
      <Toasts closeLabel={t('act.close')} />
    </ErrorBoundary>
  );
}

function Stage() {
  const t = useT();
  const phase = useDesk((store) => store.state?.phase);
  const failure = useDesk((store) => store.failure);
  const hasSlice = useDesk((store) => store.sync?.hasSlice);
  const role = useDesk((store) => store.state?.session?.role);
  const isLeaving = useDesk((store) => store.isLeaving);
  if (isLeaving) return <Skeleton label={t('state.loading')} />;
  if (phase !== undefined && phase !== 'unlocked') return <UnlockPage />;
  if (phase === undefined || hasSlice === undefined) {
    return failure ? (
      <FailureState failure={failure} onRetry={() => void reloadDesk()} />
    ) : (
      <Skeleton label={t('state.loading')} />
    );
  }
  // Administrators hold no key to the records: for them there is nothing to wait for.
  const waitsForRecords = role !== undefined && canSee(role, 'search') && !hasSlice;
  if (waitsForRecords) return <FirstSyncPage />;
  return (
    <Suspense fallback={<Skeleton label={t('state.loading')} />}>
      <Shell />
    </Suspense>
  );
}
