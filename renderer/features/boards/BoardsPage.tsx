import { useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatDay, isolate, today } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { FilterChips } from '../../parts/FilterChips';
import { Freshness } from '../../parts/Freshness';
import { GrantedSwitch } from '../../parts/granted/GrantedSwitch';
import { useGrants } from '../../parts/granted/use-grants';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { PageState, Skeleton } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { ChipSelect } from '../../ui/Select';
import { useBoards } from './boards-store';
import { ExportMenu } from './ExportMenu';
import { FirstScreen } from './FirstScreen';
import { GrantedFigures } from './GrantedFigures';
import { LayoutDialog } from './LayoutDialog';
import { LowerPanels } from './LowerPanels';
import { presetOf } from './open-list';
import { PrintButton } from './PrintButton';
import { yearBack } from './past-days';
import { SheetHead } from './SheetHead';
import { useBoard } from './use-board';
import { useLayout } from './use-layout';

const narrow = (filter: Filter): void => useBoards.setState({ filter });

/** Every figure under one filter; pressing one narrows the board or opens the list behind it. */
export function BoardsPage() {
  const t = useT();
  const { filter: chosen, isTable, day: pastDay, withGranted } = useBoards();
  const hasGrants = useGrants().length > 0;
  const role = useDesk((store) => store.state?.session?.role);
  const [isArranging, setArranging] = useState(false);
  const layout = useLayout();
  const view = useBoard();
  const { shown, isBlank, failure } = view;
  // What can be read and pressed; null while there are no figures.
  const board = isBlank ? null : (shown?.board ?? null);
  const hasFigures = shown !== null && shown.board.total > 0;
  const filter = isBlank || shown === null ? chosen : shown.filter;
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <div className="page boards printable">
      <div className="bfirst">
        <SheetHead />
        <div className="phead">
          <h1>{t('shell.boards')}</h1>
          <FilterChips filter={filter} withIndustry onChange={narrow} />
          <ChipSelect
            label={t('boards.day')}
            value={pastDay === null ? '' : String(pastDay)}
            choices={[
              { value: '', label: formatDay(today()) },
              ...yearBack(today()).map((one) => ({ value: String(one), label: formatDay(one) })),
            ]}
            onChange={(value) => useBoards.setState({ day: value === '' ? null : Number(value) })}
          />
          {isNarrowed ? (
            <Button
              look="quiet"
              size="s"
              icon="x"
              aria-label={t('search.clear')}
              title={t('search.clear')}
              onClick={() => useBoards.setState({ filter: {} })}
            />
          ) : null}
          <span className="end row">
            <Segmented
              label={t('boards.view')}
              value={isTable ? 'table' : 'chart'}
              choices={[
                { value: 'chart', label: t('boards.as-chart') },
                { value: 'table', label: t('boards.as-table') },
              ]}
              onChange={(view) => useBoards.setState({ isTable: view === 'table' })}
            />
            {layout.canKeep ? (
              <Button
                look="quiet"
                icon="cols"
                aria-label={t('boards.layout')}
                title={t('boards.layout')}
                onClick={() => setArranging(true)}
              />
            ) : null}
            {/* Not while the year is behind the figures: a sheet would show two states of one office. */}
            <PrintButton isReady={board !== null && !view.isBehind} />
            {role === 'inspector' || role === 'head' ? (
              <ExportMenu board={board} filter={filter} />
            ) : null}
            <Button
              icon="table"
              disabled={board === null || board.total === 0}
              onClick={() => goTo({ page: 'search', preset: presetOf(filter, pastDay) })}
            >
              {board
                ? t('boards.list', { count: isolate(formatCount(board.total)) })
                : t('boards.list-any')}
            </Button>
          </span>
        </div>
        <Freshness />
        {board?.isWhole === false ? (
          <p className="note t12" role="status">
            <Icon name="info" size="s" />
            {t('boards.not-whole')}
          </p>
        ) : null}
        {board?.isPast ? (
          <p className="note t12" role="status">
            <Icon name="info" size="s" />
            {t('boards.past', { day: isolate(formatDay(board.day)) })}
            {board.unknown > 0
              ? t('boards.past-unknown', { count: isolate(formatCount(board.unknown)) })
              : null}
          </p>
        ) : null}
        {hasGrants && pastDay === null ? (
          <GrantedSwitch
            isOn={withGranted}
            onChange={(isOn) => useBoards.setState({ withGranted: isOn })}
          />
        ) : null}
        {withGranted && hasGrants && pastDay === null ? <GrantedFigures filter={filter} /> : null}
        {failure && shown ? <FailureNote failure={failure} onRetry={view.reload} /> : null}
        {hasFigures ? (
          <div className={isBlank ? 'bframe awaiting' : 'bframe'} inert={isBlank}>
            <FirstScreen
              shown={shown}
              history={view.history}
              isTable={isTable}
              isBehind={view.isBehind}
            />
          </div>
        ) : (
          <section className="panel grow">
            {failure ? (
              <FailureState failure={failure} onRetry={view.reload} />
            ) : board ? (
              <PageState icon="chart" title={t('boards.empty')} text={t('boards.empty-text')} />
            ) : (
              <Skeleton label={t('boards.loading')} rows={6} />
            )}
          </section>
        )}
      </div>
      {hasFigures ? (
        <div className={isBlank ? 'bframe awaiting' : 'bframe'} inert={isBlank}>
          <LowerPanels
            panels={layout.panels}
            shown={shown}
            isTable={isTable}
            moment={view.moment}
            slowMoment={view.slowMoment}
            isSettled={view.isSettled}
          />
        </div>
      ) : null}
      {isArranging ? <LayoutDialog layout={layout} onClose={() => setArranging(false)} /> : null}
    </div>
  );
}
