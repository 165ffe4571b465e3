import { expect, type Page, test } from '@playwright/test';
import { CONTRACT } from '../../../shared/ipc/contract';
import { invoke } from '../../fixtures/bridge';
import { noteProtection, protectedPages } from '../../fixtures/content-protection';
import { type Desk, startDesk, windowOpenedBy } from '../../fixtures/desk';
import { type Office, startOffice } from '../../fixtures/office';
import { judgedPackage, packagesOf } from '../../fixtures/packages';
import { refusals, send, sendAsStrangers, takeOverRenderers } from '../../fixtures/raw-bridge';
import { ExportPage } from '../../pages/export-page';
import { UnlockPage } from '../../pages/unlock-page';

const PASSWORD = 'taken over 2026';
const OFFICE = '330600';
const HEAD = '330600001';
const users = [
  { badge: '330600127', name: '许知衡', role: 'inspector' as const },
  { badge: HEAD, name: '李娜', role: 'head' as const },
];
const WISH = {
  filter: { regions: ['330602'] },
  purposeClass: 'inspection',
  purpose: '重点行业持证情况专项检查',
};
const GOING = { target: 'default', recipient: null };
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'ascii'));
const refusedAs = (code: string) => ({ ok: false, error: { code } });

/**
 * An unlocked desk whose pages were taken over to the last byte: they speak with main past the preload, with the session
 * of a person who may export. What they lack is one of the two factors.
 */
test.describe
  .serial('renderers that were taken over', () => {
    let office: Office;
    let desk: Desk;
    let permits: [string, string][] = [];

    test.beforeAll(async () => {
      office = await startOffice({ certificates: 600, seed: 'taken', withToken: true, users });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      await takeOverRenderers(desk);
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      permits = [...(await office.permits(3))];
      await arrived(() => ticketIds(), 3);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const factors = async () => {
      const answer = await invoke(desk.page, 'exports.factors', {});
      if (!answer.ok) throw new Error(answer.error.code);
      return answer.data;
    };
    const ticketIds = async () => (await factors()).tickets.map(({ id }) => id);
    const arrived = (look: () => Promise<readonly unknown[]>, count: number) =>
      expect
        .poll(
          async () => {
            await invoke(desk.page, 'sync.start', {});
            return (await look()).length;
          },
          { timeout: 60_000 },
        )
        .toBe(count);
    const permit = (index: number) => {
      const [ticket, code] = permits[index] ?? ['', ''];
      return { ticket, code: bytes(code) };
    };
    const begin = (index: number, more: Record<string, unknown> = {}) =>
      send(desk.page, 'exports.start', { ...WISH, ...GOING, ...permit(index), ...more });
    const outcomes = async () => {
      const history = await invoke(desk.page, 'exports.history', {});
      return history.ok ? history.data.items.map(({ outcome }) => outcome).sort() : [];
    };
    /** The token's certificate as the signing window names it, with the right PIN. */
    const rightKey = async (window: Page) => {
      const listed = await invoke(window, 'signing.certificates', {});
      const one = listed.ok ? listed.data.items.find(({ state }) => state === 'usable') : undefined;
      if (one === undefined) throw new Error('no certificate');
      return { tokenId: one.tokenId, keyRef: one.keyRef, pin: bytes(office.pin) };
    };
    const opened = async (work: () => Promise<unknown>) => {
      let answer: unknown;
      const window = await windowOpenedBy(desk, async () => {
        answer = await work();
      });
      await expect(window.getByRole('heading', { name: '核对后签名' })).toBeVisible();
      return { window, answer };
    };

    // Bug: a check that only the page or its preload makes; a code, ticket, request or challenge that main takes on trust.
    test('begin nothing without the second factor', async () => {
      const [first, second] = [permit(0), permit(1)];
      const wrong = bytes(permits[1]?.[1] ?? '');
      const tries: [string, object, Record<string, unknown>][] = [
        ['exports.start', { ...WISH, ...GOING, ticket: first.ticket }, refusedAs('INPUT_INVALID')],
        [
          'exports.start',
          { ...WISH, ...GOING, ...first, ticket: 'ET-0' },
          refusedAs('EXPORT_TICKET_GONE'),
        ],
        [
          'exports.start',
          { ...WISH, ...GOING, ...first, admission: { count: 1 } },
          refusedAs('INPUT_INVALID'),
        ],
        [
          'exports.start',
          { ...WISH, ...GOING, ...first, approved: true },
          refusedAs('INPUT_INVALID'),
        ],
        ['exports.start', { ...WISH, ...GOING, ...first, purpose: '' }, refusedAs('INPUT_INVALID')],
        [
          'exports.start',
          { ...WISH, ...GOING, ...second, purposeClass: 'all' },
          refusedAs('INPUT_INVALID'),
        ],
        ['exports.start', { ...WISH, ...GOING, ...first, recipient: 'forged' }, { ok: false }],
        // The code of another ticket.
        [
          'exports.start',
          { ...WISH, ...GOING, ...first, code: wrong },
          { ok: true, data: { outcome: 'code-wrong' } },
        ],
        ['exports.resume', { request: '0'.repeat(26) }, refusedAs('EXPORT_NOT_APPROVED')],
        [
          'exports.answer-code',
          { challenge: '0'.repeat(26), code: bytes('000000'), ...GOING },
          { ok: true, data: { outcome: 'code-ended' } },
        ],
        ['exports.show', { handle: '../../etc/passwd' }, { ok: false }],
      ];
      for (const [route, input, expected] of tries)
        expect(
          await send(desk.page, route, input),
          `${route} ${JSON.stringify(input)}`,
        ).toMatchObject(expected);
      // Bug: consent that the asking person gives himself, by going on before it came.
      const asked = await send(desk.page, 'exports.request', { ...WISH, ...GOING });
      const { request } = asked.data as { readonly request: string };
      expect(await send(desk.page, 'exports.resume', { request })).toMatchObject(
        refusedAs('EXPORT_NOT_APPROVED'),
      );
      expect(desk.app.windows()).toHaveLength(1);
      expect(await ticketIds()).toHaveLength(3);
      expect(await outcomes()).toEqual([]);
    });

    // Bug: a window that may call another's routes; a frame or window of strangers that is taken for the page.
    test('find each other’s routes shut, from any window and frame', async () => {
      const ofOthers = (kind: string) =>
        Object.entries(CONTRACT)
          .filter(([, { window, transport }]) => window !== kind && transport === 'ipc')
          .map(([name]) => name);
      const isShut = (answers: Readonly<Record<string, string>>) =>
        Object.entries(answers).filter(([, code]) => code !== 'FORBIDDEN');
      expect(isShut(await refusals(desk.page, ofOthers('main')))).toEqual([]);
      await noteProtection(desk);
      const { window } = await opened(() => begin(0));
      // Bug: a picture of the screen, or another program's share of it, has the window with the PIN in it.
      expect(await protectedPages(desk)).toEqual([window.url()]);
      expect(isShut(await refusals(desk.page, ofOthers('main')))).toEqual([]);
      expect(isShut(await refusals(window, ofOthers('signing')))).toEqual([]);
      const key = await rightKey(window);
      // The right PIN in the wrong place, while something waits for it.
      expect(await send(desk.page, 'signing.confirm', key)).toMatchObject(refusedAs('FORBIDDEN'));
      expect(
        await send(window, 'exports.start', { ...WISH, ...GOING, ...permit(1) }),
      ).toMatchObject(refusedAs('FORBIDDEN'));
      const strangers = [
        await sendAsStrangers(desk, 'signing.confirm', key),
        await sendAsStrangers(desk, 'exports.start', { ...WISH, ...GOING, ...permit(1) }),
        await sendAsStrangers(desk, 'exports.factors', {}),
      ];
      for (const answer of strangers.flat()) expect(answer).toMatchObject(refusedAs('FORBIDDEN'));
      expect(await outcomes()).toEqual([]);

      // Bug: a confirmation that brings what it confirms, a key that was not listed, a scope that changes under the window.
      const shown = await send(window, 'signing.request', {});
      for (const more of [{ digest: bytes('0'.repeat(32)) }, { intent: {} }, { filter: {} }])
        expect(await send(window, 'signing.confirm', { ...key, ...more })).toMatchObject(
          refusedAs('INPUT_INVALID'),
        );
      expect(await send(window, 'signing.confirm', { ...key, keyRef: 'forged' })).toMatchObject({
        data: { outcome: 'failed' },
      });
      for (const change of [{ filter: {} }, { purpose: '别的用途别的用途' }])
        expect(await begin(0, change)).toMatchObject(refusedAs('BUSY'));
      expect(await begin(1, { filter: {} })).toMatchObject(refusedAs('BUSY'));
      expect(await send(window, 'signing.request', {})).toEqual(shown);

      expect(await protectedPages(desk)).toEqual([window.url()]);

      // Bug: an export that lives on without the window that asks for the PIN.
      const gone = window.waitForEvent('close');
      await window.evaluate(() => window.close()).catch(() => undefined);
      await gone;
      await expect.poll(outcomes).toEqual(['cancelled']);
      expect(await send(desk.page, 'signing.confirm', key)).toMatchObject(refusedAs('FORBIDDEN'));
      expect(packagesOf(desk)).toEqual([]);
    });

    // Bug: a lock that leaves the window, the ticket or the export behind, or a route that answers after it.
    test('have nothing of an export left after a lock', async () => {
      const { window } = await opened(() => begin(0));
      const key = await rightKey(window);
      const gone = window.waitForEvent('close');
      // The PIN and the lock at once: whichever comes first, nothing is sealed by halves.
      const racing = send(window, 'signing.confirm', { ...key, keyRef: 'forged' }).catch(
        () => null,
      );
      await send(desk.page, 'unlock.lock', {}).catch(() => undefined);
      await gone;
      await racing;
      await expect(desk.page.getByRole('heading', { name: '解锁' })).toBeVisible();
      for (const [route, input] of [
        ['exports.start', { ...WISH, ...GOING, ...permit(0) }],
        ['exports.resume', { request: '0'.repeat(26) }],
        ['exports.history', {}],
        ['signing.confirm', key],
      ] as const) {
        const { ok, error } = await send(desk.page, route, input);
        expect([ok, ['LOCKED', 'FORBIDDEN'].includes(error?.code ?? '')], route).toEqual([
          false,
          true,
        ]);
      }
      expect(packagesOf(desk)).toEqual([]);
      const unlock = new UnlockPage(desk.page);
      await unlock.unlock(PASSWORD);
      await unlock.expectOpened();
      expect(await outcomes()).toEqual(['cancelled', 'cancelled']);
    });

    // Bug: one ticket or one PIN entry that lets out two packages, at once or one after the other; a scope that grew.
    test('seal one package with one ticket, of the scope that was confirmed', async () => {
      const { window, answer } = await opened(() => Promise.all([begin(0), begin(0), begin(1)]));
      const starts = answer as readonly {
        readonly ok: boolean;
        readonly error?: { code: string };
      }[];
      expect(starts.map(({ ok, error }) => error?.code ?? String(ok)).sort()).toEqual([
        'BUSY',
        'BUSY',
        'true',
      ]);
      const key = await rightKey(window);
      const both = await Promise.all([
        send(window, 'signing.confirm', key),
        send(window, 'signing.confirm', key),
      ]);
      expect(both.map(({ ok, error }) => error?.code ?? String(ok)).sort()).toEqual([
        'BUSY',
        'true',
      ]);
      await expect
        .poll(outcomes, { timeout: 60_000 })
        .toEqual(['cancelled', 'cancelled', 'sealed']);
      const used = permits.findIndex(([id]) =>
        starts[2]?.ok ? id === permits[1]?.[0] : id === permits[0]?.[0],
      );
      expect(await begin(used)).toMatchObject(refusedAs('EXPORT_TICKET_GONE'));
      expect(await begin(used, { filter: {} })).toMatchObject(refusedAs('EXPORT_TICKET_GONE'));
      expect(await ticketIds()).toHaveLength(2);
      const files = packagesOf(desk);
      expect(files).toHaveLength(1);
      const manifest = judgedPackage(office, files[0] ?? '');
      const whole = await invoke(desk.page, 'exports.count', { filter: {} });
      expect(manifest.intent?.filter).toBe(JSON.stringify(WISH.filter));
      expect(whole.ok && manifest.count < whole.data.count).toBe(true);
    });

    // Bug: a request that is lost or hidden without a line, consent that never reaches the desk, or a package of consent
    // that the verifier, openssl or the centre does not take.
    test('queued without a line, an export goes on with the centre’s consent', async () => {
      office.refuse(true);
      await invoke(desk.page, 'sync.start', {});
      const exporting = new ExportPage(desk, async (page) => {
        await page.getByRole('radio', { name: '申请批准', exact: true }).check({ force: true });
        await page.getByRole('button', { name: '提交申请' }).click();
      });
      await exporting.prepare('离线申请的批量导出');
      const row = desk.page.getByRole('listitem').filter({ hasText: '离线申请的批量导出' });
      await expect(row.getByText('等待批准')).toBeVisible();
      expect(await office.centre.exports.waiting(OFFICE)).toHaveLength(1);
      office.refuse(false);
      const waiting = async () =>
        (await office.centre.exports.waiting(OFFICE)).filter(
          ({ intent }) => intent.purpose === '离线申请的批量导出',
        );
      await arrived(waiting, 1);
      const [asked] = await waiting();
      const request = asked?.request ?? '';
      await office.centre.exports.decide({ request, decision: 'approved', by: HEAD, note: '同意' });
      await arrived(
        async () => (await factors()).requests.filter(({ state }) => state === 'approved'),
        1,
      );
      await expect(row.getByText('已批准')).toBeVisible();
      await desk.page.screenshot({ path: 'out/test/screens/export-consent.png' });
      const window = await windowOpenedBy(desk, () =>
        row.getByRole('button', { name: '继续导出' }).click(),
      );
      await exporting.sign(window, office.pin);
      const ends = ['cancelled', 'cancelled', 'sealed', 'sealed'];
      await expect.poll(outcomes, { timeout: 60_000 }).toEqual(ends);
      await expect(row).toHaveCount(0);
      const file = packagesOf(desk).find((one) => one.includes(asked?.intent.traceId ?? '-'));
      const manifest = judgedPackage(office, file ?? '');
      expect(manifest.intent).toEqual(asked?.intent);
      expect(JSON.parse(manifest.ticket?.statement.payload ?? '{}')).toMatchObject({
        way: 'approval',
      });
      const taken = async () => {
        const history = await invoke(desk.page, 'exports.history', {});
        const items = history.ok ? history.data.items : [];
        return items.filter((one) => one.traceId === manifest.traceId && one.takenMs !== null);
      };
      await arrived(taken, 1);
    });
  });
