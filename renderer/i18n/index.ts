import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { startI18n as start } from './start';
import { type Locale, type Translate, WORDINGS } from './wording';

export type { Locale, Translate } from './wording';

/** The languages in their own words, in the order they are offered. */
export const LOCALES: readonly {
  readonly id: Locale;
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
}[] = [
  { id: 'zh-CN', name: '简体中文', direction: 'ltr' },
  { id: 'ug', name: 'ئۇيغۇرچە', direction: 'rtl' },
  { id: 'en', name: 'English', direction: 'ltr' },
];

/** Prepares the three catalogues and shows the first language. */
export function startI18n(locale: Locale): void {
  start(locale);
  applyLocale(locale);
}

/** Switches language and direction at once, for the page and for assistive technology. */
export function applyLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = LOCALES.find((one) => one.id === locale)?.direction ?? 'ltr';
  if (i18next.language !== locale) void i18next.changeLanguage(locale);
}

const present = (): Translate => WORDINGS[i18next.language as Locale] ?? WORDINGS['zh-CN'];

/** A wording in the language of the moment of the call, for what outlives a rendering. */
export const say: Translate = (key, params) => present()(key, params);

/** The present language; the component renders again when it changes. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return LOCALES.find(({ id }) => id === i18n.language)?.id ?? 'zh-CN';
}

function onLanguage(changed: () => void): () => void {
  i18next.on('languageChanged', changed);
  return () => i18next.off('languageChanged', changed);
}

/** The typed wording function of the present language; the component renders again when it changes. */
export function useT(): Translate {
  return useSyncExternalStore(onLanguage, present);
}

/** True in Chinese, whose words need the least room. */
export function useIsChinese(): boolean {
  const { i18n } = useTranslation();
  return i18n.language === 'zh-CN';
}

/** True when the person reads from right to left. */
export function useIsRtl(): boolean {
  const { i18n } = useTranslation();
  return i18n.language === 'ug';
}
