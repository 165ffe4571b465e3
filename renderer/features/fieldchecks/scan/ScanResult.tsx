import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import { formatDay, formatTime, isolate } from '../../../lib/format';
import { kindText } from '../../../lib/kind-words';
import { goTo } from '../../../lib/navigation';
import { StatusTag } from '../../../parts/StatusTag';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import { AskCentre } from './AskCentre';
import { CodeFacts } from './CodeFacts';
import { useVerdictWords } from './use-verdict-words';
import { VerdictBand } from './VerdictBand';
import { fieldOf } from './verdict-look';

/** One check, large: the verdict, what it rests on, and what the code says beside what the record says. */
export function ScanResult({
  check,
  overSinceMs,
}: {
  readonly check: ScanCheck;
  /** When it was checked, where data, marks or the day are others by now; null: as of now. */
  readonly overSinceMs: number | null;
}) {
  const t = useT();
  const words = useVerdictWords();
  const { says, certificates, holder, company } = check;
  const [only] = certificates.length === 1 ? certificates : [];
  const wrong = fieldOf(check.verdict);
  const rows = [
    ['name', says.name, holder],
    ['number', says.number, only?.number ?? null],
    [
      'validTo',
      says.validTo === null ? null : formatDay(says.validTo),
      only === undefined ? null : formatDay(only.validTo),
    ],
  ] as const;
  return (
    <section className="panel scanres" aria-live="polite">
      <VerdictBand check={check} isOver={overSinceMs !== null} />
      <div className="body">
        {overSinceMs === null ? null : (
          <Notice tone="warn" icon="clock">
            {t('scan.over', {
              time: isolate(formatTime(overSinceMs)),
              verdict: words.verdict(check.verdict, check.certificates),
            })}
          </Notice>
        )}
        {overSinceMs === null ? <p className="c2">{words.explain(check)}</p> : null}
        {check.form === 'address' ? (
          <Notice tone={check.isOddHost ? 'warn' : 'info'} icon={check.isOddHost ? 'warn' : 'info'}>
            {check.host === null
              ? t('scan.address-none')
              : t('scan.address', { host: isolate(check.host) })}{' '}
            {check.isOddHost ? t('scan.odd-host') : ''}
          </Notice>
        ) : null}
        {check.hasHidden ? (
          <Notice tone="warn" icon="warn">
            {t('scan.hidden')}
          </Notice>
        ) : null}
        {check.code !== null && certificates.length === 0 ? (
          <CodeFacts code={check.code} name={says.name} />
        ) : certificates.length > 0 || says.name !== null || says.number !== null ? (
          <table className="scancmp">
            <thead>
              <tr>
                <th scope="col">{t('scan.field')}</th>
                <th scope="col">{t('scan.said')}</th>
                <th scope="col">{t('scan.recorded')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([field, said, recorded]) => (
                <tr key={field} className={field === wrong ? 'wrong' : undefined}>
                  <th scope="row">{t(`scan.field-${field}`)}</th>
                  <td>
                    <bdi>{said ?? '–'}</bdi>
                  </td>
                  <td>
                    <bdi>{recorded ?? '–'}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        {check.ask === null ? null : <AskCentre ask={check.ask} />}
        {company === null ? null : (
          <span className="c2">
            {t('record.company')} <bdi>{company}</bdi>
          </span>
        )}
        {certificates.length === 0 ? null : (
          <ul className="scancerts">
            {certificates.map((one) => (
              <li key={one.id}>
                {overSinceMs === null ? <StatusTag status={one.status} kind={one.kind} /> : null}
                <span className="grow">
                  {one.kind === null ? null : <b>{kindText(t, one.kind)}</b>}{' '}
                  <span className="mono c2">{one.number}</span>
                </span>
                <span className="t12 c3">
                  {t('scan.until', { day: isolate(formatDay(one.validTo)) })}
                </span>
                <Button
                  size="s"
                  icon="file"
                  onClick={() => goTo({ page: 'record', id: one.id, trail: '' })}
                >
                  {t('scan.open-record')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
