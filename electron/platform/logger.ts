import type { Clock } from './clock';
import { redact, redactText } from './redact';

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;
export type LogLevel = keyof typeof LEVELS;

/** Takes finished lines (JSON without line end). Must not throw: logging never breaks what it reports on. */
export interface LogSink {
  write(line: string, level: LogLevel): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes JSON lines: `at` (ISO 8601), `level`, `scope`, `event`, then redacted fields. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same sinks under a narrower scope: `main` → `main.sync`. */
  child(scope: string): Logger;
}

/** A logger over the given sinks. Everything passes the redactor; nothing else in the program writes to the console. */
export function createLogger(options: {
  readonly scope: string;
  readonly sinks: readonly LogSink[];
  readonly clock: Clock;
  readonly minLevel?: LogLevel;
}): Logger {
  const { scope, sinks, clock, minLevel = 'info' } = options;
  const write = (level: LogLevel, event: string, fields: LogFields = {}) => {
    if (LEVELS[level] < LEVELS[minLevel]) return;
    const line = lineOf(
      { at: new Date(clock.nowMs()).toISOString(), level, scope, event: redactText(event) },
      fields,
    );
    for (const sink of sinks) sink.write(line, level);
  };
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    child: (name) => createLogger({ ...options, scope: `${scope}.${name}` }),
  };
}

function lineOf(head: Record<string, string>, fields: LogFields): string {
  try {
    return JSON.stringify({ ...(redact(fields) as object), ...head });
  } catch {
    return JSON.stringify({ ...head, fields: '[not loggable]' });
  }
}

/** Standard error: development, tests and child processes whose output main collects. */
export const consoleSink: LogSink = { write: (line) => console.error(line) };

/** The last lines in memory, for the diagnostics page. */
export class RingSink implements LogSink {
  readonly #capacity: number;
  #lines: string[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  write(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
  }

  /** Oldest first. */
  lines(): readonly string[] {
    return this.#lines;
  }
}
