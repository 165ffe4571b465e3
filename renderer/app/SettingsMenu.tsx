import type { ReactNode } from 'react';
import { useT } from '../i18n';
import { saveSettings, useDesk } from '../lib/desk-store';
import { LanguageSwitch } from '../parts/LanguageSwitch';
import { Segmented } from '../ui/Segmented';

const STEPS = ['0', '1', '2', '3'] as const;

/** Language, theme and letter size; each acts at once. */
export function SettingsMenu({ badge }: { readonly badge: ReactNode }) {
  const t = useT();
  const state = useDesk((store) => store.state);
  if (!state) return null;
  const { settings, session } = state;
  const step = STEPS[settings.fontStep] ?? '0';
  return (
    <div className="pop menu user" role="dialog" aria-label={t('settings.title')}>
      <div>
        <b className="t16">{session?.name}</b>
        <div className="c3 t12">
          {badge} · {session ? t(`roles.${session.role}`) : ''} · {state.office?.name}
        </div>
      </div>
      <div>
        <h2>{t('settings.language')}</h2>
        <LanguageSwitch />
      </div>
      <div>
        <h2>{t('settings.theme')}</h2>
        <Segmented
          label={t('settings.theme')}
          value={settings.theme}
          choices={[
            { value: 'light', label: t('settings.light') },
            { value: 'dark', label: t('settings.dark') },
            { value: 'contrast', label: t('settings.contrast') },
          ]}
          onChange={(theme) => void saveSettings({ theme })}
        />
      </div>
      <div>
        <h2>{t('settings.font')}</h2>
        <Segmented
          label={t('settings.font')}
          value={step}
          choices={STEPS.map((value) => ({ value, label: t(`settings.step-${value}`) }))}
          onChange={(value) => void saveSettings({ fontStep: Number(value) })}
        />
      </div>
    </div>
  );
}
