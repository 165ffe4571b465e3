import { isoFromDay } from '../../../../../shared/kernel/day';
import type { BoardState } from '../../../../../shared/protocol/board-state';
import { grantMark } from '../../cross-region/exportable';
import type { Resources } from '../../tables/resources';
import type { ExportWish } from '../../tickets/plan';
import { scopeWords } from '../scope-words';

export const BOARD_TITLE = '安全生产证书分析看板';

/** The rival of a board in words; empty for none. */
export function rivalWords({ rival }: BoardState, { regions }: Resources): string {
  if (rival === null) return '';
  if (rival.kind === 'day') return isoFromDay(rival.day);
  return regions.fullName(rival.region) ?? rival.region;
}

/** What a wish is about, for covers, the signing window and the centre: the filter, and of a board what it shows. */
export function wishWords(
  { filter, board, grant }: Pick<ExportWish, 'filter' | 'board' | 'grant'>,
  resources: Resources,
): ReturnType<typeof scopeWords> {
  const scope = scopeWords(filter, resources);
  if (grant !== undefined) {
    const mark = grantMark(grant);
    const parts =
      Object.keys(scope.filters).length === 0 ? '授权范围内全部证书' : scope.description;
    return {
      description: `${mark}（非本地区数据）　${parts}`.slice(0, 1_000),
      filters: { 数据来源: mark, ...scope.filters },
    };
  }
  if (board === undefined) return scope;
  const rival = rivalWords(board, resources);
  const filters = {
    看板日期: isoFromDay(board.day),
    ...(rival === '' ? {} : { 对比: rival }),
    ...scope.filters,
  };
  const about = [isoFromDay(board.day), ...(rival === '' ? [] : [`对比 ${rival}`])].join('，');
  return {
    description: `${BOARD_TITLE}（${about}）　${scope.description}`.slice(0, 1_000),
    filters,
  };
}
