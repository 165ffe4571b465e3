import { expect, type Page } from '@playwright/test';
import { type Desk, windowOpenedBy } from '../fixtures/desk';
import type { GiveFactor } from '../fixtures/permits';
import { DeskPage } from './desk-page';

/** The export wizard up to the signing window, and the window itself. */
export class ExportPage {
  private readonly page: Page;

  constructor(
    private readonly desk: Desk,
    private readonly giveFactor: GiveFactor,
  ) {
    this.page = desk.page;
  }

  /** Goes through the wizard for everything in scope, second factor included, up to the last button. */
  async prepare(purpose: string): Promise<void> {
    await new DeskPage(this.page).goTo('导出签章');
    await expect(this.page.getByRole('button', { name: '下一步' })).toBeEnabled();
    await this.page.getByRole('button', { name: '下一步' }).click();
    await this.page.getByRole('textbox', { name: '用途' }).fill(purpose);
    await this.page.getByRole('button', { name: '下一步' }).click();
    await this.page.getByRole('button', { name: '下一步' }).click();
    await this.giveFactor(this.page);
  }

  /** The same, and returns the signing window. */
  async startSigning(purpose: string): Promise<Page> {
    await this.prepare(purpose);
    return windowOpenedBy(this.desk, () =>
      this.page.getByRole('button', { name: '收集数据并签名' }).click(),
    );
  }

  /** Types the PIN as a person does and confirms. */
  async sign(window: Page, pin: string): Promise<void> {
    await expect(window.getByRole('heading', { name: '核对后签名' })).toBeVisible();
    await window.getByLabel('U-Key PIN 码').first().focus();
    await window.keyboard.type(pin);
    await window.getByRole('button', { name: '确认签名' }).click();
  }

  /** The second person's PIN. */
  async signSecond(window: Page, pin: string): Promise<void> {
    await window.getByLabel('U-Key PIN 码').first().focus();
    await window.keyboard.type(pin);
    await window.getByRole('button', { name: '复核签名' }).click();
  }

  /** The same while the token is gone: the desk may have noticed it first, and offers no signature then. */
  async signWithoutToken(window: Page, pin: string): Promise<void> {
    await window.getByLabel('U-Key PIN 码').first().focus();
    await window.keyboard.type(pin);
    const confirm = window.getByRole('button', { name: '确认签名' });
    await confirm.click({ timeout: 5_000 }).catch(() => undefined);
    const refused = window.getByRole('alert').or(window.getByText('未检测到可用的 U-Key'));
    await expect(refused.first()).toBeVisible({ timeout: 30_000 });
  }

  async expectSealed(): Promise<void> {
    await expect(this.page.getByText('封装完成').first()).toBeVisible({ timeout: 120_000 });
  }
}
