import { type RefObject, useEffect, useRef, useState } from 'react';

/** Of an element as much as this can be seen before it counts: its edge. */
const EDGE_PX = 32;

/** Whether more than the edge of the element is in sight; true until that was looked at. */
export function useIsInView<T extends Element>(): readonly [RefObject<T | null>, boolean] {
  const element = useRef<T>(null);
  const [isInView, setInView] = useState(true);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last) setInView(last.isIntersecting);
      },
      { rootMargin: `0px 0px -${EDGE_PX}px 0px` },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, isInView];
}
