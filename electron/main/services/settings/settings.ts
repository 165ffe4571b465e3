import { type Settings, SettingsSchema } from '../../../../shared/ipc/routes/app';

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

function parse(text: string | null): Settings {
  if (text === null || text.length > MAX_CHARACTERS) return DEFAULTS;
  try {
    const parsed = SettingsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
