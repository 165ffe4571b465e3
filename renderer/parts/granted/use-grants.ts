import { useEffect } from 'react';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { on } from '../../lib/desk';
import { useMinute } from '../../lib/use-clock';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';

/** A grant of the person at the desk whose rows are here and may still be looked at. */
export interface UsableGrant {
  readonly request: string;
  readonly regions: readonly string[];
  readonly untilMs: number;
}

/** Grants whose rows can be looked at now; one that ends leaves the list by itself. */
export function useGrants(): readonly UsableGrant[] {
  const { data, reload } = useQuery('cross-region.list', {}, useMoment());
  const nowMs = useMinute();
  useEffect(() => on('cross-region.changed', reload), [reload]);
  return (data?.requests ?? []).flatMap((one) => usable(one, nowMs));
}

function usable(one: CrossRegionRequest, nowMs: number): UsableGrant[] {
  const { request, scope, untilMs } = one;
  const isUsable = one.isOwn && one.isHere && one.state === 'granted';
  if (!isUsable || untilMs === null || untilMs <= nowMs) return [];
  return [{ request, regions: scope.regions, untilMs }];
}
