import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { CATALOGUES, type Locale, MISSING } from './wording';

/** Prepares the three catalogues; they are in the bundle, so this is done before the first paint. */
export function startI18n(locale: Locale): void {
  void i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: 'zh-CN',
    initAsync: false,
    resources: Object.fromEntries(
      Object.entries(CATALOGUES).map(([one, translation]) => [one, { translation }]),
    ),
    interpolation: { escapeValue: false },
    missingInterpolationHandler: () => MISSING,
    returnNull: false,
  });
}
