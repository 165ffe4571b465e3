import type { Session } from 'electron';
import { isOwnAddress } from './origin';

/** How long a page that was let to may begin to use the camera; what has begun goes on until it stops. */
const OPEN_MS = 10_000;

/**
 * Whether the camera may be asked for: only after a person opened it on a page of an open session (route
 * `scan.camera`), and for a moment. A page that was taken over cannot look at the desk unseen and unlogged.
 */
export class CameraGate {
  private untilMs = 0;

  constructor(private readonly nowMs: () => number = Date.now) {}

  open(): void {
    this.untilMs = this.nowMs() + OPEN_MS;
  }

  close(): void {
    this.untilMs = 0;
  }

  get isOpen(): boolean {
    const leftMs = this.untilMs - this.nowMs();
    return leftMs > 0 && leftMs <= OPEN_MS;
  }
}

/** As much as is known of who asks for what. */
export interface Wish {
  readonly permission: string;
  readonly address: string;
  readonly isMainWindow: boolean;
  readonly isMainFrame: boolean;
  readonly media: readonly string[];
}

/** One permission alone: pictures of the camera, without sound, for the main window's own page, while the gate is open. */
export function isGranted(wish: Wish, camera: CameraGate): boolean {
  const isCamera =
    wish.permission === 'media' &&
    wish.media.length > 0 &&
    wish.media.every((one) => one === 'video');
  const isOurs = wish.isMainWindow && wish.isMainFrame && isOwnAddress(wish.address);
  return isCamera && isOurs && camera.isOpen;
}

/** Pages get no permission (clipboard, microphone, notifications, devices …) but the camera, by `isGranted`. */
export function limitPermissions(
  session: Session,
  camera: CameraGate,
  isMainWindow: (contentsId: number) => boolean,
): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    const wish: Wish = {
      permission,
      address: details.requestingUrl ?? '',
      isMainWindow: isMainWindow(contents.id),
      isMainFrame: details.isMainFrame,
      media,
    };
    answer(isGranted(wish, camera));
  });
  session.setPermissionCheckHandler((contents, permission, origin, details) =>
    isGranted(
      {
        permission,
        address: details.requestingUrl ?? origin,
        isMainWindow: contents !== null && isMainWindow(contents.id),
        isMainFrame: details.isMainFrame,
        media: details.mediaType === undefined ? [] : [details.mediaType],
      },
      camera,
    ),
  );
  session.setDevicePermissionHandler(() => false);
}
