/** Work that lets others in between: it yields where it may be interrupted, and returns what it made. */
export type Steps<T> = Generator<void, T>;

/** Does all of it at once: what is small, or nobody waits for. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
