import type { OpenSession } from '../unlock/session';

/** Who signs: the part that every intent begins with. */
export function signerOf({ view, office }: OpenSession, atMs: number) {
  const { userId, badge, name } = view;
  return { office: office.office.code, device: office.deviceId, userId, badge, name, atMs };
}
