import { useCallback, useMemo } from 'react';
import { say } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';

/** Panels below the first screen, in the usual order. */
export const PANELS = ['forecast', 'ranking', 'bodies', 'compare'] as const;
export type PanelName = (typeof PANELS)[number];
const LIST = 'boards';

export interface BoardLayout {
  readonly panels: readonly PanelName[];
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** False where nothing can be kept: the emergency reader. */
  readonly canKeep: boolean;
  /** Resolves with true when it is kept. */
  readonly keep: (panels: readonly PanelName[]) => Promise<boolean>;
}

const isPanel = (name: string): name is PanelName => (PANELS as readonly string[]).includes(name);

/** The person's own layout, the same on each device of the office; all panels until he chose. */
export function useLayout(): BoardLayout {
  const saved = useQuery('saved.list', {});
  const { run, isBusy, failure } = useCommand('saved.put');
  const panels = useMemo(() => {
    const own = saved.data?.items.find(
      ({ body }) => body?.kind === 'columns' && body.list === LIST,
    )?.body;
    const kept = own?.kind === 'columns' ? own.columns.filter(isPanel) : [];
    return kept.length === 0 ? PANELS : kept;
  }, [saved.data]);
  const { reload } = saved;
  const keep = useCallback(
    async (panels: readonly PanelName[]) => {
      const body = { kind: 'columns' as const, list: LIST, columns: [...panels] };
      const done = await run({ item: null, title: say('boards.layout'), body });
      if (done !== null) reload();
      return done !== null;
    },
    [run, reload],
  );
  return {
    panels,
    isBusy,
    failure,
    canKeep: saved.failure === null,
    keep,
  };
}
