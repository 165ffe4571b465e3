import { useCallback, useEffect, useRef, useState } from 'react';
import type { Role } from '../../shared/domain/model';
import type { RouteInput } from '../../shared/ipc/contract';
import { BatchPage } from '../features/batch/BatchPage';
import { clearBatch } from '../features/batch/batch-store';
import { clearHandIn } from '../features/batch/handin/hand-in-store';
import { BoardsPage } from '../features/boards/BoardsPage';
import { clearBoards } from '../features/boards/boards-store';
import { CompanyPage } from '../features/company/CompanyPage';
import { CrossRegionPage } from '../features/crossregion/CrossRegionPage';
import { followExports, resetDraft } from '../features/exports/draft-store';
import { ExportsPage } from '../features/exports/ExportsPage';
import { FieldChecksPage } from '../features/fieldchecks/FieldChecksPage';
import { clearScans } from '../features/fieldchecks/scan/scan-store';
import { clearFieldTab } from '../features/fieldchecks/tab-store';
import { HistoryPage } from '../features/history/HistoryPage';
import { PersonPage } from '../features/person/PersonPage';
import { RecordPage } from '../features/record/RecordPage';
import { RemindersPage } from '../features/reminders/RemindersPage';
import { SavedPage } from '../features/saved/SavedPage';
import { SearchPage } from '../features/search/SearchPage';
import { clearSearch } from '../features/search/search-store';
import { SecurityPage } from '../features/security/SecurityPage';
import { SyncPage } from '../features/sync/SyncPage';
import { say, useT } from '../i18n';
import { invoke } from '../lib/desk';
import { useDesk } from '../lib/desk-store';
import { goTo, type PageName, type Place, resetNavigation, useNavigation } from '../lib/navigation';
import { loadTables } from '../lib/tables';
import { useIdleLock } from '../lib/use-idle-lock';
import { Watermark } from '../parts/Watermark';
import { DialogOverlay } from '../ui/Dialog';
import { PageState } from '../ui/PageState';
import { showToast } from '../ui/toast-store';
import { canSee } from './access';
import { EmergencyUnavailable, isUnavailable } from './EmergencyUnavailable';
import { ErrorBoundary } from './ErrorBoundary';
import { Fault } from './Fault';
import { HelpDialog } from './HelpDialog';
import { Ribbons } from './Ribbons';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';
import { useShortcuts } from './use-shortcuts';

/** When the desk locks: the next person finds nothing of the last one's work in the page. */
function forgetWork(): void {
  resetNavigation();
  clearSearch();
  resetDraft();
  clearBoards();
  clearBatch();
  clearHandIn();
  clearScans();
  clearFieldTab();
}

/** What main remembers of a page: its name alone, and of a record that it was looked for. */
const NOTED: Readonly<Record<PageName, RouteInput<'app.note-page'>['page']>> = {
  search: 'search',
  record: 'search',
  company: 'search',
  person: 'search',
  batch: 'batch',
  fieldchecks: 'fieldchecks',
  crossregion: 'crossregion',
  boards: 'boards',
  saved: 'saved',
  reminders: 'saved',
  history: 'saved',
  exports: 'exports',
  sync: 'sync',
  security: 'security',
};

/** The page that this person had open when the desk locked, empty; else the first one of the role. */
function openFirstPage(role: Role): void {
  const page = useDesk.getState().state?.resumePage ?? 'search';
  if (!canSee(role, page)) goTo({ page: 'security' });
  else if (page !== 'search') goTo({ page });
}

/** The frame of an open desk around one page. */
export function Shell() {
  const t = useT();
  const place = useNavigation((store) => store.place);
  const role = useDesk((store) => store.state?.session?.role);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const idleLockMs = useDesk((store) => store.state?.idleLockMs ?? 0);
  const hasSlice = useDesk((store) => store.sync?.hasSlice ?? false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const idleSeconds = useIdleLock(idleLockMs);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  useShortcuts(openHelp);

  // biome-ignore lint/correctness/useExhaustiveDependencies: names are asked again once the slice is there
  useEffect(() => {
    void loadTables();
  }, [hasSlice]);
  useEffect(() => {
    if (role) openFirstPage(role);
    return forgetWork;
  }, [role]);
  useEffect(() => {
    if (role) void invoke('app.note-page', { page: NOTED[place.page] });
  }, [role, place.page]);

  useEffect(
    () =>
      followExports((progress) => {
        if (useNavigation.getState().place.page === 'exports') return;
        const isDone = progress.phase === 'done';
        showToast({
          tone: isDone ? 'ok' : progress.phase === 'failed' ? 'bad' : 'warn',
          text: () =>
            say(
              isDone
                ? 'exports.done'
                : progress.phase === 'failed'
                  ? 'exports.failed'
                  : 'exports.cancelled',
            ),
          action: { label: () => say('shell.exports'), run: () => goTo({ page: 'exports' }) },
        });
      }),
    [],
  );

  const main = useRef<HTMLElement>(null);
  return (
    <DialogOverlay value={<Watermark />}>
      <div className="app">
        <button type="button" className="skip" onClick={() => main.current?.focus()}>
          {t('shell.skip')}
        </button>
        <TopBar />
        <Ribbons idleSeconds={idleSeconds} />
        <SideNav onHelp={openHelp} />
        <main className="main" id="main" ref={main} tabIndex={-1}>
          <ErrorBoundary
            key={place.page}
            fallback={(reference, retry) => <Fault reference={reference} onRetry={retry} />}
          >
            {role && canSee(role, place.page) ? (
              isEmergency && isUnavailable(place.page) ? (
                <EmergencyUnavailable page={place.page} />
              ) : (
                <Page place={place} />
              )
            ) : (
              <PageState
                icon="lock"
                tone="warn"
                title={t('state.denied')}
                text={t('errors.FORBIDDEN')}
              />
            )}
          </ErrorBoundary>
        </main>
        <Watermark />
        {isHelpOpen ? <HelpDialog onClose={() => setHelpOpen(false)} /> : null}
      </div>
    </DialogOverlay>
  );
}

function Page({ place }: { readonly place: Place }) {
  switch (place.page) {
    case 'search':
      return <SearchPage preset={place.preset} />;
    case 'record':
      return <RecordPage key={place.id} id={place.id} trail={place.trail} />;
    case 'company':
      return <CompanyPage key={place.id} id={place.id} />;
    case 'person':
      return <PersonPage key={place.id} id={place.id} />;
    case 'batch':
      return <BatchPage />;
    case 'crossregion':
      return <CrossRegionPage />;
    case 'fieldchecks':
      return <FieldChecksPage />;
    case 'boards':
      return <BoardsPage />;
    case 'reminders':
      return <RemindersPage />;
    case 'history':
      return <HistoryPage />;
    case 'saved':
      return <SavedPage />;
    case 'exports':
      return (
        <ExportsPage
          initialFilter={place.filter}
          initialBoard={place.board}
          initialGrant={place.grant}
        />
      );
    case 'sync':
      return <SyncPage />;
    case 'security':
      return <SecurityPage />;
  }
}
