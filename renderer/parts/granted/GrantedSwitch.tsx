import { useT } from '../../i18n';

/** Whether granted rows are asked too. A line of its own: the bars above it have no room in every language. */
export function GrantedSwitch({
  isOn,
  onChange,
}: {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const t = useT();
  return (
    <div className="row granted-with">
      <button
        type="button"
        className={`chip${isOn ? ' on' : ''}`}
        aria-pressed={isOn}
        onClick={() => onChange(!isOn)}
      >
        {t('crossregion.granted-with')}
      </button>
    </div>
  );
}
