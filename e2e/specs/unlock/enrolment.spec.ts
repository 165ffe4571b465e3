import { expect, test } from '@playwright/test';
import { invokeRaw } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { startTestCentral as startCentral } from '../../rigs/central';

const password = () => new TextEncoder().encode('enrolment 2026');

/** Bad input at enrolment: each gives its own error, keeps nothing, and the next attempt works. */
test.describe
  .serial('enrolment', () => {
    let office: Office;
    let desk: Desk;
    test.beforeAll(async () => {
      office = await startOffice({ certificates: 1000 });
      desk = await startDesk({ args: ['--no-practice'] });
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    /** The bytes cross as what the page sends: an array of numbers made into bytes there. */
    const enrol = (address: string, code: string) =>
      desk.page.evaluate(
        async ([where, what, secret]) => {
          const bridge = (
            globalThis as unknown as {
              fieldcert: { invoke(route: string, input: unknown): Promise<unknown> };
            }
          ).fieldcert;
          return bridge.invoke('unlock.enrol', {
            address: where,
            code: what,
            password: new Uint8Array(secret),
          });
        },
        [address, code, [...password()]] as const,
      );

    // Bug: one general "failed" for faults that need different acts, or a fault that leaves an office behind.
    test('each fault has its own error and leaves nothing behind', async () => {
      const flip = office.code.startsWith('A')
        ? `B${office.code.slice(1)}`
        : `A${office.code.slice(1)}`;
      expect(await enrol(office.url, flip)).toMatchObject({
        ok: false,
        error: { code: 'ENROL_CODE_MALFORMED' },
      });
      expect(await enrol(office.url, 'hello')).toMatchObject({
        ok: false,
        error: { code: 'ENROL_CODE_MALFORMED' },
      });
      expect(await enrol('https://127.0.0.1:9', office.code)).toMatchObject({
        ok: false,
        error: { code: 'ENROL_UNREACHABLE' },
      });
      const expired = await office.anotherCode(-1000);
      expect(await enrol(office.url, expired)).toMatchObject({
        ok: false,
        error: { code: 'ENROL_CODE_EXPIRED' },
      });
      const other = await startCentral();
      try {
        expect(await enrol(other.url, office.code)).toMatchObject({
          ok: false,
          error: { code: 'ENROL_SERVER_MISMATCH' },
        });
      } finally {
        await other.close();
      }
      expect(await invokeRaw(desk.page, 'app.state', {})).toMatchObject({
        ok: true,
        data: { phase: 'first-run', office: null },
      });
    });

    // Bug: a fault that spoils the next attempt; a code that works twice.
    test('the next attempt works, and the code only once', async () => {
      expect(await enrol(office.url, office.code)).toMatchObject({ ok: true });
      expect(await invokeRaw(desk.page, 'app.state', {})).toMatchObject({
        ok: true,
        data: { phase: 'unlocked' },
      });
      const second = await startDesk({ args: ['--no-practice'] });
      try {
        const answer = await second.page.evaluate(
          async ([where, what, secret]) => {
            const bridge = (
              globalThis as unknown as {
                fieldcert: { invoke(route: string, input: unknown): Promise<unknown> };
              }
            ).fieldcert;
            return bridge.invoke('unlock.enrol', {
              address: where,
              code: what,
              password: new Uint8Array(secret),
            });
          },
          [office.url, office.code, [...password()]] as const,
        );
        expect(answer).toMatchObject({ ok: false, error: { code: 'ENROL_CODE_REFUSED' } });
      } finally {
        await second.close();
      }
    });
  });
