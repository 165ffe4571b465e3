import type { Session } from 'electron';

/** Pages get no permission (camera, clipboard read, notifications, devices …): none is needed. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
