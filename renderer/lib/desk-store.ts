import { create } from 'zustand';
import type { DeskState, Settings } from '../../shared/ipc/routes/app';
import type { SelfCheckProgress, SelfCheckStatus } from '../../shared/ipc/routes/self-check';
import type { SyncProgress, SyncStatus } from '../../shared/ipc/routes/sync';
import { type Failure, invoke, on } from './desk';
import { trustDay } from './format';

interface DeskStore {
  readonly state: DeskState | null;
  readonly sync: SyncStatus | null;
  readonly progress: SyncProgress | null;
  readonly check: SelfCheckStatus | null;
  readonly checkProgress: SelfCheckProgress | null;
  readonly practice: {
    readonly phase: string;
    readonly done: number;
    readonly total: number;
  } | null;
  /** An opening that first brings the files of an earlier program up to date. */
  readonly upgrade: { readonly done: number; readonly total: number } | null;
  readonly failure: Failure | null;
  /** The session ended: main replaces this page by a fresh one, and what is typed here would be lost. */
  readonly isLeaving: boolean;
}

/** A page that main did not replace by then can be used all the same. */
const LEAVING_MS = 5000;

/** What main knows and every page shows: who, where, how fresh. Filled by `startDesk`, read by selectors. */
export const useDesk = create<DeskStore>(() => ({
  state: null,
  sync: null,
  progress: null,
  check: null,
  checkProgress: null,
  practice: null,
  upgrade: null,
  failure: null,
  isLeaving: false,
}));

const isOpen = (state: DeskState | null): boolean =>
  state?.session != null || (state?.recovery?.isOpen ?? false);

/** Shows a state; the end of a session leaves nothing of it here. */
function takeState(state: DeskState): void {
  const before = useDesk.getState().state;
  const isLeaving = isOpen(before) && !isOpen(state);
  trustDay(state.day);
  useDesk.setState({
    state,
    failure: null,
    ...(state.session
      ? { upgrade: null }
      : { sync: null, progress: null, check: null, checkProgress: null }),
    ...(isLeaving ? { isLeaving } : {}),
  });
  if (isLeaving) setTimeout(() => useDesk.setState({ isLeaving: false }), LEAVING_MS);
}

/** Asks for the state once and follows the events; returns the way to stop. */
export function startDesk(): () => void {
  const follow = (state: DeskState) => {
    takeState(state);
    if (state.session && useDesk.getState().sync === null) void refreshSync();
    if (state.session && useDesk.getState().check === null) void refreshCheck();
  };
  const takeSync = (sync: SyncStatus) => useDesk.setState({ sync, progress: sync.running });
  const stops = [
    on('app.state-changed', follow),
    on('sync.changed', takeSync),
    on('sync.progressed', (progress) =>
      useDesk.setState({ progress: progress.phase === 'done' ? null : progress }),
    ),
    on('self-check.changed', takeCheck),
    on('self-check.progressed', (checkProgress) => useDesk.setState({ checkProgress })),
    on('practice.progressed', (practice) =>
      useDesk.setState({ practice: practice.phase === 'ready' ? null : practice }),
    ),
    on('unlock.upgrading', (upgrade) => useDesk.setState({ upgrade })),
  ];
  void reloadDesk().then((state) => {
    if (state) follow(state);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** Asks main for the state again, after an act that changes it or after a failure. */
export async function reloadDesk(): Promise<DeskState | null> {
  const answer = await invoke('app.state', {});
  if (answer.ok) takeState(answer.data);
  else useDesk.setState({ failure: answer.error });
  if (answer.ok && answer.data.session && useDesk.getState().sync === null) await refreshSync();
  return answer.ok ? answer.data : null;
}

/** Asks for the synchronisation status; the events keep it current afterwards. */
export async function refreshSync(): Promise<void> {
  const answer = await invoke('sync.status', {});
  useDesk.setState(
    answer.ok ? { sync: answer.data, progress: answer.data.running } : { failure: answer.error },
  );
}

const takeCheck = (check: SelfCheckStatus) =>
  useDesk.setState({ check, checkProgress: check.running });

/** Asks for the self-check's last runs; where they cannot be told, nothing is shown of them. */
export async function refreshCheck(): Promise<Failure | null> {
  const answer = await invoke('self-check.status', {});
  if (!answer.ok) return answer.error;
  takeCheck(answer.data);
  return null;
}

/** Changes settings in main and shows them at once. */
export async function saveSettings(change: Partial<Settings>): Promise<void> {
  const answer = await invoke('settings.set', change);
  if (!answer.ok) return;
  useDesk.setState((before) =>
    before.state ? { state: { ...before.state, settings: answer.data } } : {},
  );
}

/** Locks the desk: one keystroke, no question. */
export async function lockDesk(): Promise<void> {
  await invoke('unlock.lock', {});
  await reloadDesk();
}
