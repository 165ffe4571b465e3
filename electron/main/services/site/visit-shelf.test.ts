import { describe, expect, it } from 'vitest';
import type { SitePerson, SiteVisit } from '../../../../shared/domain/site/visit';
import type { StoreCaller } from '../../clients/store-client';
import { VisitShelf } from './visit-shelf';

/** Facts as the journal keeps them. */
function facts(): StoreCaller {
  const held = new Map<string, string>();
  const call = async (name: string, input: { readonly name: string; readonly value?: string }) => {
    if (name === 'factSet') held.set(input.name, input.value ?? '');
    return held.get(input.name) ?? null;
  };
  return { call } as unknown as StoreCaller;
}
const visit = (id: string, person: Partial<SitePerson> | null, closedMs: number | null = 1) =>
  ({
    id,
    place: '工地',
    startedMs: 0,
    closedMs,
    people: person === null ? [] : [person],
    last: 0,
  }) as SiteVisit;

describe('visits of a person', () => {
  // Would catch: rectifications that leave the list and the rate unseen, because two hundred visits came after them.
  it('are listed two hundred at most, and all in which something is open', async () => {
    const shelf = new VisitShelf(facts());
    await shelf.add('u', visit('open', { dueDay: 20_000, doneDay: null }));
    await shelf.add('u', visit('running', null, null));
    await shelf.add('u', visit('done', { dueDay: 20_000, doneDay: 20_001 }));
    for (let i = 0; i < 210; i++) await shelf.add('u', visit(`v${i}`, null));
    const ids = await shelf.ids('u');
    expect(ids.slice(-2)).toEqual(['running', 'open']);
    expect(ids).toHaveLength(202);
    expect(ids).not.toContain('done');
    await shelf.keep(visit('open', { dueDay: 20_000, doneDay: 20_001 }));
    await shelf.add('u', visit('last', null));
    expect(await shelf.ids('u')).not.toContain('open');
  });
});
