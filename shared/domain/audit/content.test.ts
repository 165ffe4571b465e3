import { describe, expect, it } from 'vitest';
import { mayLeave } from './content';

describe('what leaves the device with the exported log', () => {
  // Would catch: the number of a certificate in the file of an auditor, who holds no key to certificate data.
  it('keeps the words on an alert about one certificate back, and lets those on others go', () => {
    const said = (alert: string) => JSON.stringify({ alert, count: 3, note: 'looked into' });
    const of = 'same-certificate:u1:20600:certificate/0123456789';
    expect(mayLeave('alert-acknowledged', said(of))).toBe(false);
    expect(mayLeave('alert-acknowledged', said('failures:u1:20600'))).toBe(true);
    expect(mayLeave('alert-acknowledged', '{"count":3}')).toBe(false);
    expect(mayLeave('query', '{}')).toBe(false);
    expect(mayLeave('login', '{"failedTries":1}')).toBe(true);
  });
});
