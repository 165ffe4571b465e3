import type { Settings } from '../../../../shared/ipc/routes/app';

/** Where settings are kept: one small JSON text. */
export interface SettingsFile {
  read(): string | null;
  write(text: string): void;
}

const DEFAULTS: Settings = { locale: 'zh-CN', theme: 'light', fontStep: 0 };
const MAX_CHARACTERS = 4_096;

/**
 * Look and language of this installation. Not secret: the unlock page needs them. A file that does
 * not parse counts as absent; it is replaced at the next change.
 */
export class SettingsService {
  private value: Settings;

  constructor(private readonly file: SettingsFile) {
    this.value = parse(file.read());
  }

  get current(): Settings {
    return this.value;
  }

  /** Changes the named fields and answers all. */
  set(change: { [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    const { locale, theme, fontStep } = change;
    this.value = {
      locale: locale ?? this.value.locale,
      theme: theme ?? this.value.theme,
      fontStep: fontStep ?? this.value.fontStep,
    };
    this.file.write(`${JSON.stringify(this.value, null, 2)}\n`);
    return this.value;
  }
}

const LOCALES: readonly Settings['locale'][] = ['zh-CN', 'en', 'ug'];
const THEMES: readonly Settings['theme'][] = ['light', 'dark', 'contrast'];
const MAX_FONT_STEP = 3;

/**
 * As SettingsSchema judges it (a test holds the two together), by hand: the first window needs its colour before any
 * schema is there.
 */
function settingsIn(value: unknown): Settings | null {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 3) return null;
  const given = value as Readonly<Record<string, unknown>>;
  const locale = LOCALES.find((one) => one === given.locale);
  const theme = THEMES.find((one) => one === given.theme);
  const { fontStep } = given;
  if (locale === undefined || theme === undefined) return null;
  if (typeof fontStep !== 'number' || !Number.isInteger(fontStep)) return null;
  return fontStep < 0 || fontStep > MAX_FONT_STEP ? null : { locale, theme, fontStep };
}

function parse(text: string | null): Settings {
  if (text === null || text.length > MAX_CHARACTERS) return DEFAULTS;
  try {
    return settingsIn(JSON.parse(text)) ?? DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
