import type { Settings } from '../../../../shared/ipc/routes/app';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import { dayInShanghai } from '../../../../shared/kernel/day';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';

/** Fact of the journal: the day (Shanghai) on which the desktop was last told. */
const TOLD_FACT = 'notice.freshness-day';

const WORDS: Readonly<
  Record<Settings['locale'], { readonly title: string; body(days: number): string }>
> = {
  'zh-CN': {
    title: '证哨：数据需要更新',
    body: (days) => `数据已超过 ${days} 天未更新，请联网同步。`,
  },
  en: {
    title: 'FieldCert: the data need an update',
    body: (days) => `The data are more than ${days} days old. Please go online and synchronise.`,
  },
  ug: {
    title: 'FieldCert: سانلىق مەلۇماتنى يېڭىلاش كېرەك',
    body: (days) => `سانلىق مەلۇمات ${days} كۈندىن ئارتۇق يېڭىلانمىدى. تورغا ئۇلىنىپ ماسقەدەملەڭ.`,
  },
};

export interface FreshnessNoticeParts {
  readonly store: StoreCaller;
  readonly log: ServiceLog;
  nowMs(): number;
  isPractice(): boolean;
  locale(): Settings['locale'];
  /** Shows it on the desktop; absent where there is none. */
  show(title: string, body: string): void;
}

/**
 * Tells the desktop when the data are older than the policy allows: once a day, never of a practice office, and
 * nothing of anybody, because others may see the screen.
 */
export class FreshnessNotice {
  private isTelling = false;

  constructor(private readonly parts: FreshnessNoticeParts) {}

  /** Looks at every status that pages are told. Never rejects. */
  async look({ isStale, hasSlice, freshnessDays, running }: SyncStatus): Promise<void> {
    const { store, log, show, locale } = this.parts;
    // A run that goes on may end it at once.
    if (!isStale || !hasSlice || running !== null || this.isTelling || this.parts.isPractice())
      return;
    this.isTelling = true;
    try {
      const today = String(dayInShanghai(this.parts.nowMs()));
      if ((await store.call('factGet', { name: TOLD_FACT })) === today) return;
      await store.call('factSet', { name: TOLD_FACT, value: today });
      const words = WORDS[locale()];
      show(words.title, words.body(freshnessDays));
    } catch (error) {
      log.warn('desktop not told', { detail: String(error) });
    } finally {
      this.isTelling = false;
    }
  }
}
