import { useT } from '../../i18n';
import { Icon } from '../../ui/Icon';

interface FirstRunProps {
  readonly canPractise: boolean;
  readonly onEnrol: () => void;
  readonly onPractice: () => void;
}

/** A new device: join an office, or practise without one. */
export function FirstRun({ canPractise, onEnrol, onPractice }: FirstRunProps) {
  const t = useT();
  return (
    <>
      <div>
        <h2 className="t20">{t('unlock.first-title')}</h2>
        <p className="c2">{t('unlock.first-text')}</p>
      </div>
      <button type="button" className="choice" onClick={onEnrol}>
        <span className="ic">
          <Icon name="building" size="l" />
        </span>
        <span>
          <b>{t('unlock.enrol')}</b>
          <span className="t12 c2 blk">{t('unlock.enrol-text')}</span>
        </span>
        <Icon name="right" flips />
      </button>
      {canPractise ? (
        <button type="button" className="choice" onClick={onPractice}>
          <span className="ic warn">
            <Icon name="grad" size="l" />
          </span>
          <span>
            <b>{t('unlock.practise')}</b>
            <span className="t12 c2 blk">{t('unlock.practise-text')}</span>
          </span>
          <Icon name="right" flips />
        </button>
      ) : null}
    </>
  );
}
