import type { UpdateStatus } from '../../../../shared/ipc/routes/update';

export type UpdateNoticeKind = 'refused' | 'due' | 'returned' | 'not-placed' | 'installed' | 'idle';

/**
 * What a person has to know first, in this order. A check that was refused says nothing about a version that was
 * found before: where that is due, both are told.
 */
export function noticesOf({
  refused,
  offer,
  last,
  version,
  supply,
}: UpdateStatus): readonly UpdateNoticeKind[] {
  const pressing: UpdateNoticeKind[] = [];
  if (refused !== null) pressing.push('refused');
  if (offer?.isDue === true) pressing.push('due');
  if (pressing.length > 0) return pressing;
  if (last?.outcome === 'returned') return ['returned'];
  if (last?.outcome === 'refused') return ['not-placed'];
  if (last?.outcome === 'installed' && last.to === version) return ['installed'];
  // Where updates are switched off, the page below says so; nothing comes in the background.
  return supply === 'off' ? [] : ['idle'];
}
