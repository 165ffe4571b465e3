import { memo } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate } from '../../lib/format';
import { industryName, regionName, useTables } from '../../lib/tables';
import { ChartFrame } from '../../ui/ChartFrame';
import { HeatLegend, HeatMap } from '../../ui/HeatMap';
import { toggleFilter } from './boards-store';
import { openList } from './open-list';

/** A share over fewer certificates than this says nothing. */
const SMALL_CELL = 5;
const STEPS = 6;
const REST = 0;

interface RegionMapProps {
  readonly board: Board;
  readonly filter: Filter;
  readonly isTable: boolean;
}

/** Share due within 90 days by region and industry; a cell narrows the board to both. */
export const RegionMap = memo(function RegionMap({ board, filter, isTable }: RegionMapProps) {
  const t = useT();
  const tables = useTables();
  const { regions, industries, total, due90 } = board.heat;
  const rate = (row: number, column: number) => {
    const whole = total[row]?.[column] ?? 0;
    return whole < SMALL_CELL ? null : (due90[row]?.[column] ?? 0) / whole;
  };
  const top = Math.max(
    0.0001,
    ...regions.flatMap((_, row) => industries.map((__, column) => rate(row, column) ?? 0)),
  );
  const nameOf = (industry: number) =>
    industry === REST ? t('boards.rest') : industryName(tables, industry);
  const shortName = (industry: number) =>
    nameOf(industry).replace(/(制造业|服务业|业)$/u, '') || nameOf(industry);
  const isOnly = (list: readonly (string | number)[] | undefined, value: string | number) =>
    list?.length === 1 && list[0] === value;
  const narrow = (row: number | null, column: number | null) => {
    const region = row === null ? undefined : regions[row];
    const industry = column === null ? undefined : industries[column];
    if (industry === REST) return;
    const change: Filter = {
      ...(region === undefined ? {} : { regions: [region] }),
      ...(industry === undefined ? {} : { industries: [industry] }),
    };
    if (Object.keys(change).length > 0) toggleFilter(change);
  };
  const list = (region: string, change: Filter) => () =>
    openList(filter, { regions: [region], ...change });
  const few = t('boards.few');
  return (
    <ChartFrame
      title={t('boards.map')}
      note={`${t('boards.map-note')} · ${t('boards.high-risk-note')}`}
      sentence={t('boards.map-sentence', {
        regions: isolate(regions.length),
        industries: isolate(industries.length),
        top: isolate(`${(top * 100).toFixed(1)}%`),
      })}
      legend={<HeatLegend low={t('boards.low')} high={t('boards.high')} />}
      isTable={isTable}
      table={() => ({
        words: 2,
        head: [
          t('filter.region'),
          t('filter.industry'),
          t('boards.count'),
          t('boards.due90'),
          t('boards.due90-rate'),
        ],
        rows: regions.flatMap((region, row) =>
          industries.map((industry, column) => {
            const [whole, due] = [total[row]?.[column] ?? 0, due90[row]?.[column] ?? 0];
            const cell = boardLists.cell(region, industry, industries);
            return {
              key: `${region}-${industry}`,
              cells: [
                regionName(tables, region),
                nameOf(industry),
                formatCount(whole),
                formatCount(due),
                formatShare(due, whole),
              ],
              onOpen: () => narrow(row, null),
              onFigure: [
                undefined,
                industry === REST ? undefined : () => narrow(row, column),
                whole === 0 ? undefined : list(region, cell),
                due === 0
                  ? undefined
                  : list(region, { ...cell, ...boardLists.within(board.day, 90) }),
              ],
            };
          }),
        ),
      })}
    >
      <div className="scroll heatbox">
        <HeatMap
          label={t('boards.map')}
          corner={t('filter.region')}
          columns={industries.map((industry, place) => ({
            // By place: columns of other industries are the same boxes with other words.
            key: String(place),
            name: tables.highRiskIndustries.includes(industry)
              ? t('boards.high-risk', { industry: shortName(industry) })
              : shortName(industry),
          }))}
          rows={regions.map((region, row) => ({
            key: region,
            name: regionName(tables, region),
            cells: industries.map((industry, column) => {
              const value = rate(row, column);
              const share = value === null ? null : (value * 100).toFixed(1);
              return {
                text: share ?? few,
                step: value === null ? null : Math.min(STEPS, Math.round((value / top) * STEPS)),
                label: t('boards.cell', {
                  region: regionName(tables, region),
                  industry: nameOf(industry),
                  share: isolate(share === null ? few : `${share}%`),
                }),
                isOn: isOnly(filter.regions, region) && isOnly(filter.industries, industry),
              };
            }),
          }))}
          onCell={narrow}
          onRow={(row) => narrow(row, null)}
          onColumn={(column) => narrow(null, column)}
        />
      </div>
    </ChartFrame>
  );
});
