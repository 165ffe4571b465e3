import { expect, type Locator, type Page } from '@playwright/test';

/** Pages by their word: the navigation is asked by page, since one word may be part of another's. */
const PAGES = {
  查询: 'search',
  分析看板: 'boards',
  我的收藏: 'saved',
  导出签章: 'exports',
  数据同步: 'sync',
  安全与审计: 'security',
} as const;
export type NavWord = keyof typeof PAGES;

/** The open desk: shell, search, record, boards, sync. */
export class DeskPage {
  constructor(readonly page: Page) {}

  async goTo(word: NavWord): Promise<void> {
    await this.page.locator(`nav.nav [data-page=${PAGES[word]}]`).click();
  }

  get box(): Locator {
    return this.page.getByRole('combobox', { name: /姓名、拼音/ });
  }

  get results(): Locator {
    return this.page.getByRole('region', { name: '查询结果' });
  }

  /** Types and commits; waits for the answer or for "not in the local slice". */
  async search(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Escape');
    await this.box.fill(text);
    await this.page.getByRole('button', { name: '查询', exact: true }).last().click();
    await expect(
      this.results.or(this.page.getByText('本地切片未见', { exact: true })),
    ).toBeVisible();
  }

  async openFirstResult(): Promise<void> {
    await this.page.getByRole('region', { name: '前几条结果' }).getByRole('button').first().click();
    await expect(this.page.getByText('变更记录')).toBeVisible();
  }

  async lock(): Promise<void> {
    // A lock replaces the page by a fresh one in a new process.
    const renewed = this.page.waitForEvent('framenavigated', (frame) =>
      frame.url().endsWith('/index.html'),
    );
    await this.page.keyboard.press('Control+l');
    await renewed;
    await expect(this.page.getByRole('button', { name: '解锁', exact: true })).toBeVisible();
  }
}
