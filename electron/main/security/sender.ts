import { isOwnAddress } from './origin';

export type WindowKind = 'main' | 'signing' | 'handout';

/** What main knows by itself about who calls: nothing of it comes from the message. */
export interface CallSource {
  /** Id of the calling web contents. */
  readonly contentsId: number;
  /** Address of the calling frame, null when the frame is gone. */
  readonly frameAddress: string | null;
  readonly isTopFrame: boolean;
}

/**
 * The first gate: only the top frame of a window that main made, showing our own origin, may call.
 * Electron delivers IPC from any frame of any web contents, sub-frames included
 * (Electron security checklist, "Validate the sender of all IPC messages").
 * Answers the kind of the window, or null for a stranger.
 */
export function trustedWindow(
  source: CallSource,
  windowOf: (contentsId: number) => WindowKind | null,
): WindowKind | null {
  if (!source.isTopFrame || source.frameAddress === null) return null;
  if (!isOwnAddress(source.frameAddress)) return null;
  return windowOf(source.contentsId);
}
