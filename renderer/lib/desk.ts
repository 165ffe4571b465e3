import type { RouteInput, RouteName, RouteOutput } from '../../shared/ipc/contract';
import type { Answer } from '../../shared/ipc/define';
import type { DeskBridge, DeskEventName, DeskEvents } from '../../shared/ipc/events';

declare global {
  interface Window {
    /** Put there by the preload; the page's only way out. */
    readonly fieldcert: DeskBridge;
  }
}

/** Why an act did not succeed, as the page words it. `ref` names the log entry, empty when none was written. */
export type Failure = Extract<Answer<never>, { ok: false }>['error'];

/**
 * Calls one route of the contract. Never rejects: a broken bridge answers `INTERNAL` like any other
 * failure, so that a page has one way to show it.
 */
export async function invoke<R extends RouteName>(
  route: R,
  input: RouteInput<R>,
): Promise<Answer<RouteOutput<R>>> {
  try {
    return (await window.fieldcert.invoke(route, input)) as Answer<RouteOutput<R>>;
  } catch {
    return { ok: false, error: { code: 'INTERNAL', params: {}, ref: '' } };
  }
}

/** Listens to a fact that main tells; returns the way to stop. */
export function on<E extends DeskEventName>(
  event: E,
  listener: (payload: DeskEvents[E]) => void,
): () => void {
  return window.fieldcert.on(event, (payload) => listener(payload as DeskEvents[E]));
}
