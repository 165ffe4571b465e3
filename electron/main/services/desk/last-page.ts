import type { PageName } from '../../../../shared/ipc/routes/last-page';

/**
 * Which page each person had open when the desk locked: its name, never what stood on it. Kept while the
 * program runs.
 */
export class LastPage {
  private readonly pages = new Map<string, PageName>();

  note(userId: string, page: PageName): void {
    this.pages.set(userId, page);
  }

  /** Null for who has opened no page yet. */
  of(userId: string): PageName | null {
    return this.pages.get(userId) ?? null;
  }
}
