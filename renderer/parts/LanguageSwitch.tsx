import { LOCALES, useT } from '../i18n';
import { saveSettings, useDesk } from '../lib/desk-store';
import { Segmented } from '../ui/Segmented';

/** The three languages in their own words; switches live. */
export function LanguageSwitch() {
  const t = useT();
  const locale = useDesk((store) => store.state?.settings.locale ?? 'zh-CN');
  return (
    <Segmented
      label={t('settings.language')}
      value={locale}
      choices={LOCALES.map((one) => ({ value: one.id, label: one.name, lang: one.id }))}
      onChange={(next) => void saveSettings({ locale: next })}
    />
  );
}
