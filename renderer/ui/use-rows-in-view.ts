import { type RefObject, useCallback, useEffect, useState } from 'react';

interface Places {
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly count: number;
}

/** Rows beyond the screen on each side. */
const BEYOND = 4;

/** First and last row that a box shows, some more on each side; last is -1 where there is none. All lengths in px. */
export function rowsInView(
  scrollTop: number,
  height: number,
  { rowHeight, headHeight, count }: Places,
): readonly [number, number] {
  const first = Math.floor(scrollTop / rowHeight) - BEYOND;
  const last = Math.ceil((scrollTop + height - headHeight) / rowHeight) - 1 + BEYOND;
  const end = Math.min(count - 1, last);
  return [Math.max(0, Math.min(first, end)), end];
}

/** Where a box has to scroll so that a row stands whole between its head and its end; where it is already, there. */
export function scrollFor(
  index: number,
  scrollTop: number,
  height: number,
  { rowHeight, headHeight }: Places,
): number {
  const top = index * rowHeight;
  const low = top + rowHeight + headHeight - height;
  return top < scrollTop ? top : low > scrollTop ? low : scrollTop;
}

/**
 * Which rows of a box of equal rows are on screen. Worked out from the place of the scroll alone: a list of a million
 * rows costs what one of ten does.
 */
export function useRowsInView(box: RefObject<HTMLElement | null>, places: Places) {
  const { rowHeight, headHeight, count } = places;
  const [view, setView] = useState<readonly [number, number]>([0, 0]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const { scrollTop, clientHeight } = element;
      const [top, height] = [Math.round(scrollTop), clientHeight];
      setView((before) => (before[0] === top && before[1] === height ? before : [top, height]));
    };
    look();
    const size = new ResizeObserver(look);
    size.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      size.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);
  const show = useCallback(
    (index: number) => {
      const element = box.current;
      if (element === null) return;
      const { scrollTop, clientHeight } = element;
      const at = { rowHeight, headHeight, count };
      element.scrollTop = scrollFor(index, scrollTop, clientHeight, at);
    },
    [box, rowHeight, headHeight, count],
  );
  return { range: rowsInView(view[0], view[1], places), show };
}
