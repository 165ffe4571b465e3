import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import { kindText, statusText } from '../../../lib/kind-words';
import type { ReportDialog } from '../../../parts/report/ReportDialog';
import { Button } from '../../../ui/Button';
import { VerdictBand } from '../scan/VerdictBand';
import { PersonPhoto } from './PersonPhoto';

/** A report and whom it is about: what it was opened on, whoever stands there by now. */
export type Reported = Pick<React.ComponentProps<typeof ReportDialog>, 'kind' | 'about'>;

/** Who stands at the table: the verdict large, the face, and what can be told of it. */
export function PersonNow({
  check,
  isOver,
  onReport,
}: {
  readonly check: ScanCheck;
  /** Checked while data, marks or the day became others: said, and nothing that may be over. */
  readonly isOver: boolean;
  readonly onReport: (report: Reported) => void;
}) {
  const t = useT();
  const { holder, says, company, certificates } = check;
  // Masked, and there only where one person was found: of several nobody's face is shown, and no report is about one of them.
  const photoOf = holder == null ? null : (certificates[0]?.id ?? null);
  const aboutOf = (certificate: number) => ({ certificate, rev: 1, title: holder ?? '–' });
  const about = photoOf !== null && certificates.length === 1 ? aboutOf(photoOf) : null;
  return (
    <>
      <VerdictBand check={check} isOver={isOver} />
      <div className="body">
        <PersonPhoto key={photoOf} certificateId={photoOf} />
        <div className="who">
          <b className="t28">
            <bdi>{holder ?? says.name ?? '–'}</bdi>
          </b>
          <span className="mono c2">{says.number ?? ''}</span>
          {company === null ? null : (
            <span className="c2">
              <bdi>{company}</bdi>
            </span>
          )}
          {certificates.map((one) => (
            <span key={one.id} className="t12 c3">
              {one.kind === null ? '' : kindText(t, one.kind)}
              {isOver ? null : <> · {statusText(t, one.status, one.kind)}</>}
            </span>
          ))}
          <span className="row wrap">
            {holder === null
              ? null
              : certificates.map((one) => (
                  // Of several the person says which: a report is about one.
                  <Button
                    key={one.id}
                    size="l"
                    icon="field"
                    onClick={() => onReport({ kind: 'field-check', about: aboutOf(one.id) })}
                  >
                    {t('report.act-field-check')}
                    {about === null && one.kind !== null ? ` · ${kindText(t, one.kind)}` : null}
                  </Button>
                ))}
            <Button
              size="l"
              icon="warn"
              onClick={() => onReport({ kind: 'suspected-fake', about })}
            >
              {t('report.act-suspected-fake')}
            </Button>
          </span>
        </div>
      </div>
    </>
  );
}
