import { expect, type Page } from '@playwright/test';

/** Unlock, first run and first synchronisation, in the words of the Chinese catalogue. */
export class UnlockPage {
  constructor(private readonly page: Page) {}

  /** Types a secret as a person does: the field takes keys, not text. */
  private async typeSecret(label: string, secret: string): Promise<void> {
    await this.page
      .getByRole('textbox', { name: label })
      .or(this.page.getByLabel(label))
      .first()
      .focus();
    await this.page.keyboard.type(secret);
  }

  async openEnrolForm(): Promise<void> {
    await this.page.getByRole('button', { name: /登记本单位/ }).click();
  }

  async enrol(address: string, code: string, password: string): Promise<void> {
    await this.page.getByLabel('服务器地址').fill(address);
    await this.page.getByLabel('一次性登记码').fill(code);
    await this.typeSecret('设置密码', password);
    await this.typeSecret('再次输入密码', password);
    await this.page.getByRole('button', { name: '登记', exact: true }).click();
  }

  async unlock(password: string): Promise<void> {
    await this.typeSecret('密码', password);
    await this.page.getByRole('button', { name: '解锁', exact: true }).click();
  }

  async practise(): Promise<void> {
    await this.page.getByRole('button', { name: /使用练习数据/ }).click();
  }

  /** The desk is open when its navigation is. */
  async expectOpened(timeoutMs = 120_000): Promise<void> {
    const nav = this.page.getByRole('navigation', { name: '主导航' });
    await expect(nav.or(this.page.getByRole('alert')).first()).toBeVisible({ timeout: timeoutMs });
    await expect(nav).toBeVisible({ timeout: 1000 });
  }
}
