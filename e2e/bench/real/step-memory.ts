import type { MemorySample } from '../frame/memory-samples';
import type { CallTimes } from './sync-measured';

/** What each process held at most while one kind of call to the store ran. */
export interface StepMemory {
  readonly step: string;
  /** Highest of each process, MB, and how far that is above what it held before the run. */
  readonly processes: Readonly<Record<string, { readonly mb: number; readonly rise: number }>>;
}

type Span = Pick<CallTimes, 'startMs' | 'endMs'>;

const isIn = ({ startMs, endMs }: Span, atMs: number): boolean => startMs <= atMs && atMs <= endMs;

/**
 * Samples of a run by its steps. `riseOf`: how far some processes together rose above their start; what one gave back
 * makes no room for another.
 */
export function memoryOf(
  samples: readonly MemorySample[],
  calls: readonly CallTimes[],
): { readonly steps: readonly StepMemory[]; riseOf(names: readonly string[]): number } {
  const [first] = samples;
  const before = (name: string): number => first?.mb[name] ?? 0;
  const steps = [...new Set(calls.map(({ name }) => name))].flatMap((step) => {
    const spans = calls.filter(({ name }) => name === step);
    const inStep = samples.filter(({ atMs }) => spans.some((span) => isIn(span, atMs)));
    if (inStep.length === 0) return [];
    const processes = Object.keys(first?.mb ?? {}).map((name) => {
      const mb = Math.max(...inStep.map((sample) => sample.mb[name] ?? 0));
      return [name, { mb, rise: mb - before(name) }] as const;
    });
    return [{ step, processes: Object.fromEntries(processes) }];
  });
  const riseOf = (names: readonly string[]): number => {
    const rise = ({ mb }: MemorySample) =>
      names.reduce((sum, name) => sum + Math.max(0, (mb[name] ?? 0) - before(name)), 0);
    return Math.max(...samples.map(rise));
  };
  return { steps, riseOf };
}

/** A line for each step. */
export function memoryLines(steps: readonly StepMemory[]): readonly string[] {
  return steps.map(({ step, processes }) => {
    const texts = Object.entries(processes).map(
      ([name, { mb, rise }]) =>
        `${name} ${Math.round(mb)} (${rise < 0 ? '' : '+'}${Math.round(rise)})`,
    );
    return `memory in ${step}, MB: ${texts.join(', ')}`;
  });
}
