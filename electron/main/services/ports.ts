import type { DeskEventName, DeskEvents } from '../../../shared/ipc/events';

/*
 * What services are given from outside. They import neither Electron nor ipc, so that tests and the
 * bench run them in a plain Node with the real store and the real server.
 */

/** Tells pages that something happened. */
export interface EventSink {
  emit<E extends DeskEventName>(name: E, payload: DeskEvents[E]): void;
}

/** Redacted log of main. */
export interface ServiceLog {
  info(message: string, fields?: Readonly<Record<string, string | number>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
  error(message: string, fields?: Readonly<Record<string, string | number>>): void;
}

/** UTC milliseconds. */
export type NowMs = () => number;
