import { describe, expect, it } from 'vitest';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { StoreCaller } from '../../clients/store-client';
import { FreshnessNotice } from './freshness-notice';

const DAY_MS = 86_400_000;
const stale = { isStale: true, hasSlice: true, freshnessDays: 7, running: null };

function rig(isPractice = false) {
  const facts = new Map<string, string>();
  const shown: string[] = [];
  const at = { ms: 1_795_000_000_000 };
  const store = {
    call: async (name: string, input: { name: string; value?: string }) => {
      if (name === 'factSet') facts.set(input.name, input.value ?? '');
      return facts.get(input.name) ?? null;
    },
    onEvent: () => () => undefined,
  } as unknown as StoreCaller;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const make = () =>
    new FreshnessNotice({
      store,
      log,
      nowMs: () => at.ms,
      isPractice: () => isPractice,
      locale: () => 'zh-CN',
      show: (title, body) => void shown.push(`${title} ${body}`),
    });
  return { make, shown, at };
}

describe('FreshnessNotice', () => {
  // Would catch: a desk that shouts at every status, again after each start, or that never speaks a second day.
  it('speaks once a day, over restarts', async () => {
    const { make, shown, at } = rig();
    const notice = make();
    await Promise.all([notice.look(stale as SyncStatus), notice.look(stale as SyncStatus)]);
    await make().look(stale as SyncStatus);
    expect(shown).toEqual(['证哨：数据需要更新 数据已超过 7 天未更新，请联网同步。']);
    at.ms += DAY_MS;
    await notice.look(stale as SyncStatus);
    expect(shown).toHaveLength(2);
  });

  // Would catch: notices while somebody practises, on an empty device, on fresh data, or while a run may still help.
  it('is silent where there is nothing to say', async () => {
    const practising = rig(true);
    await practising.make().look(stale as SyncStatus);
    const { make, shown } = rig();
    const running = {} as SyncStatus['running'];
    for (const other of [{ isStale: false }, { hasSlice: false }, { running }])
      await make().look({ ...stale, ...other } as SyncStatus);
    expect([practising.shown, shown]).toEqual([[], []]);
  });
});
