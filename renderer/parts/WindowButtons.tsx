import { useT } from '../i18n';
import { invoke } from '../lib/desk';
import { Icon } from '../ui/Icon';

/** The window's own buttons, last in the bar. */
export function WindowButtons() {
  const t = useT();
  return (
    <span className="winbtn">
      <button
        type="button"
        aria-label={t('shell.minimize')}
        onClick={() => void invoke('window.minimize', {})}
      >
        <Icon name="min" size="s" />
      </button>
      <button
        type="button"
        aria-label={t('shell.maximize')}
        onClick={() => void invoke('window.maximize', {})}
      >
        <Icon name="max" size="s" />
      </button>
      <button
        type="button"
        className="close"
        aria-label={t('shell.close')}
        onClick={() => void invoke('window.close', {})}
      >
        <Icon name="x" size="s" />
      </button>
    </span>
  );
}
