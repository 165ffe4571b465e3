import { writeFileSync } from 'node:fs';
import { goalOf, goalText, isReached } from './goals';
import type { Machine } from './machine';

/** One figure beside what it is compared with, measured in the same run. */
export interface Row {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What the rival is, in words; null where the figure stands alone. */
  readonly rival: string | null;
  readonly rivalValue: number | null;
  /** value / rivalValue. */
  readonly ratio: number | null;
  readonly goal: string | null;
  /** Whether the goal is reached; null where there is none. */
  readonly ok: boolean | null;
}

export interface Rival {
  readonly name: string;
  readonly value: number;
}

/** Collects rows, prints each when it is known, and writes all of them. */
export class Report {
  private readonly rows: Row[] = [];
  private readonly notes: string[] = [];

  /** Adds a figure. `unit` may be left out where the metric has a goal. */
  add(metric: string, value: number, rival: Rival | null = null, unit?: string): void {
    const goal = goalOf(metric);
    const ratio = rival === null || rival.value === 0 ? null : value / rival.value;
    const row: Row = {
      metric,
      value: rounded(value),
      unit: unit ?? goal?.unit ?? '',
      rival: rival?.name ?? null,
      rivalValue: rival === null ? null : rounded(rival.value),
      ratio: ratio === null ? null : rounded(ratio),
      goal: goal === undefined ? null : goalText(goal) || null,
      ok: goal === undefined || goalText(goal) === '' ? null : isReached(goal, value, ratio),
    };
    this.rows.push(row);
    console.log(line(row));
  }

  /** Says in words what the reader has to know of the figures around it. */
  note(text: string): void {
    this.notes.push(text);
    console.log(`  · ${text}`);
  }

  header(): void {
    console.log(cells(['metric', 'value', 'unit', 'rival', 'its value', 'ratio', 'goal', '']));
  }

  write(file: string, machine: Machine): void {
    const content = { machine, rows: this.rows, notes: this.notes };
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Three significant digits, whole numbers above a hundred. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

const WIDTHS = [36, 10, 9, 42, 10, 7, 26, 6];

function cells(texts: readonly string[]): string {
  return texts
    .map((text, i) => text.padEnd(WIDTHS[i] ?? 0))
    .join(' ')
    .trimEnd();
}

function line(row: Row): string {
  const number = (value: number | null) => (value === null ? '–' : String(value));
  const verdict = row.ok === null ? '' : row.ok ? 'ok' : 'MISSED';
  return cells([
    row.metric,
    number(row.value),
    row.unit,
    row.rival ?? '–',
    number(row.rivalValue),
    number(row.ratio),
    row.goal ?? '–',
    verdict,
  ]);
}
