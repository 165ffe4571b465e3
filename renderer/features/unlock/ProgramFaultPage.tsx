import type { DeskState } from '../../../shared/ipc/routes/app';
import { useT } from '../../i18n';
import { Icon } from '../../ui/Icon';

/** The program's own files are not as they were packaged: which, what is safe, and what to do. */
export function ProgramFaultPage({
  fault,
}: {
  readonly fault: NonNullable<DeskState['programFault']>;
}) {
  const t = useT();
  return (
    <>
      <div className="wiped-head">
        <span className="ic">
          <Icon name="ban" size="l" />
        </span>
        <div>
          <h2 className="t20">{t('unlock.program-title')}</h2>
          <p className="c2">{t('unlock.program-text')}</p>
        </div>
      </div>
      <dl className="dl">
        <dt>{t('unlock.program-what')}</dt>
        <dd>{t(`unlock.program-${fault.kind}`)}</dd>
        <dt>{t('unlock.program-file')}</dt>
        <dd className="num sel">
          <bdi>{fault.file}</bdi>
        </dd>
        <dt>{t('unlock.program-data')}</dt>
        <dd>{t('unlock.program-safe')}</dd>
      </dl>
      <p className="t12 c3">{t('unlock.program-todo')}</p>
    </>
  );
}
