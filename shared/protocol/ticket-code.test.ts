import { describe, expect, it } from 'vitest';
import { ALPHABET } from './crockford';
import { newTicketCode, ticketCodeSecret } from './ticket-code';

const bytes = (text: string) => new TextEncoder().encode(text);
const codes = Array.from({ length: 40 }, (_, n) =>
  newTicketCode(Uint8Array.from({ length: 7 }, (_, i) => (n * 37 + i * 91 + 5) & 255)),
);

describe('the code of a ticket', () => {
  // Would catch: fewer random bits than promised, or a secret that is not the printed characters.
  it('carries 55 bits and reads as it was printed', () => {
    expect(newTicketCode(new Uint8Array(7))).toMatch(/^0000-0000-000[0-9A-Z]$/);
    const all = newTicketCode(new Uint8Array(7).fill(255));
    expect(all.replaceAll('-', '').slice(0, 11)).toBe('Z'.repeat(11));
    for (const code of codes) {
      const read = ticketCodeSecret(bytes(code));
      expect(read.ok && new TextDecoder().decode(read.secret)).toBe(
        code.replaceAll('-', '').slice(0, 11),
      );
      expect(ticketCodeSecret(bytes(` ${code.toLowerCase().replaceAll('-', ' ')}`)).ok).toBe(true);
    }
    expect(
      ticketCodeSecret(bytes(`OOOO-OOOO-OOO${newTicketCode(new Uint8Array(7)).at(-1)}`)).ok,
    ).toBe(true);
  });

  // Would catch: a typo that costs the person a derivation, or a try.
  it('finds every single wrong character and every swap of neighbours', () => {
    for (const code of codes.slice(0, 8)) {
      const plain = code.replaceAll('-', '');
      for (let i = 0; i < plain.length; i++) {
        for (const other of ALPHABET) {
          if (other === plain[i]) continue;
          const wrong = plain.slice(0, i) + other + plain.slice(i + 1);
          expect(ticketCodeSecret(bytes(wrong))).toEqual({ ok: false, fault: 'check' });
        }
        const swapped = plain.slice(0, i) + plain[i + 1] + plain[i] + plain.slice(i + 2);
        if (i + 1 < plain.length && plain[i] !== plain[i + 1])
          expect(ticketCodeSecret(bytes(swapped))).toEqual({ ok: false, fault: 'check' });
      }
    }
    expect(ticketCodeSecret(bytes('ABC'))).toEqual({ ok: false, fault: 'length' });
    expect(ticketCodeSecret(bytes('UUUU-UUUU-UUUU'))).toEqual({ ok: false, fault: 'characters' });
    expect(ticketCodeSecret(bytes('证'))).toEqual({ ok: false, fault: 'characters' });
  });
});
