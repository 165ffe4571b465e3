import { expect, it } from 'vitest';
import type { AdminAct } from '../admin-acts';
import { concealed } from './facts';

// Would catch: a phone that everybody who opens the list of acts reads for ever; another act that is shown as it was not signed.
it('shows of an act that is over no number by which somebody is reached', () => {
  const act = { kind: 'phone', office: '330600', badge: 'P1', phone: '+8613912345678' } as const;
  expect(concealed(act).phone).toBe('+86*******5678');
  expect(concealed({ ...act, phone: '12345678' }).phone).toBe('123****5678');
  const other: AdminAct = { kind: 'lease-file', device: 'D-13912345678' };
  expect(concealed(other)).toEqual(other);
});
