import { useDesk } from './desk-store';

/** Height of a dense table row in px for each font step; the same numbers as in tokens.css. */
const ROW_HEIGHTS = [32, 34, 38, 42] as const;

export function useRowHeight(): number {
  const step = useDesk((store) => store.state?.settings.fontStep ?? 0);
  return ROW_HEIGHTS[step] ?? ROW_HEIGHTS[0];
}
