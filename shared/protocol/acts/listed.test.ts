import { expect, it } from 'vitest';
import { canonicalJson } from '../../kernel/canonical-json';
import { readDraft } from '../admin-acts';
import { concealed } from './facts';
import { concealedText, readListed } from './listed';

// Would catch: a list whose ended acts cannot be read any more because a number in them is masked; a masked number that somebody signs;
// a text that was made to look like one.
it('reads acts of a list that are over, which nobody can sign', () => {
  const id = `01ARZ3NDEKTSV4RRFFQ69G5FAV`;
  const draft = { type: 'admin-act', id, centre: '0'.repeat(64), issuedMs: 1, expiresMs: 2 };
  const act = { kind: 'phone', office: '330600', badge: 'P1', phone: '+8613912345678' } as const;
  const text = canonicalJson({ ...draft, act });
  const over = concealedText(text);
  expect(over).not.toContain('13912345678');
  expect(readDraft(over)).toBeNull();
  expect(readListed(over)).toEqual({ ...readDraft(text), act: concealed(act) });
  expect([concealedText(over), readListed(text)]).toEqual([over, readDraft(text)]);
  for (const phone of ['*', '139****567x', '139****5678*', '1390****5678'])
    expect(readListed(canonicalJson({ ...draft, act: { ...act, phone } }))).toBeNull();
  const other = {
    kind: 'directive',
    office: '330600',
    order: 'practise',
    reason: '"phone":"139****5678"',
  };
  expect(readListed(canonicalJson({ ...draft, act: other }))?.act).toEqual(other);
});
