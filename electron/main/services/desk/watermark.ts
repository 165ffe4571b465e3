import type { SessionView } from '../unlock/session';

/** Name, badge, place and time in Shanghai, at most 200 characters: what pages and exports are marked with. */
export function watermarkOf(
  view: SessionView | null,
  address: string | null,
  deviceId: string,
  nowMs: number,
): string {
  const place = address ?? `离线 ${deviceId}`;
  const shown = new Date(nowMs + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  return `${view?.name ?? ''} ${view?.badge ?? ''} ${place} ${shown}`.slice(0, 200);
}
