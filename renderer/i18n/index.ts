import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/ipc/routes/app';
import type { CatalogueKey } from './catalogue';
import { en } from './en';
import { ug } from './ug';
import { zhCN } from './zh-CN';

export type Locale = Settings['locale'];
export type Translate = (
  key: CatalogueKey,
  params?: Readonly<Record<string, string | number>>,
) => string;

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

/** Prepares the three catalogues; they are in the bundle, so this is done before the first paint. */
export function startI18n(locale: Locale): void {
  void i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: 'zh-CN',
    initAsync: false,
    resources: {
      'zh-CN': { translation: zhCN },
      en: { translation: en },
      ug: { translation: ug },
    },
    interpolation: { escapeValue: false },
    // A failure that was kept by its code alone, as in the list of last runs, has no figures any more.
    missingInterpolationHandler: () => '…',
    returnNull: false,
  });
  applyLocale(locale);
}

/** Switches language and direction at once, for the page and for assistive technology. */
export function applyLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = LOCALES.find((one) => one.id === locale)?.direction ?? 'ltr';
  if (i18next.language !== locale) void i18next.changeLanguage(locale);
}

/** A wording in the language of the moment of the call, for what outlives a rendering. */
export const say: Translate = (key, params) => i18next.t(key, { ...params });

/** The present language; the component renders again when it changes. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return LOCALES.find(({ id }) => id === i18n.language)?.id ?? 'zh-CN';
}

/** The typed wording function of the present language; the component renders again when it changes. */
export function useT(): Translate {
  const { t } = useTranslation();
  return t as unknown as Translate;
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
