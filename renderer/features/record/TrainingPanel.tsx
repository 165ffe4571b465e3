import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { useT } from '../../i18n';
import { formatDay, isolate } from '../../lib/format';
import { Num } from '../../ui/Num';
import { ProgressBar } from '../../ui/Progress';
import { Tag } from '../../ui/Tag';

/** Hours against what the rule pack asks, then courses and examinations, newest first. */
export function TrainingPanel({ record }: { readonly record: CertificateRecord }) {
  const t = useT();
  // Courses that have not arrived yet are no missing hours.
  const isArriving = record.chain === 'incomplete' && record.training.length === 0;
  const hoursRequired = isArriving ? null : record.hoursRequired;
  const { hoursDone } = record;
  const isEnough = hoursRequired === null || hoursDone >= hoursRequired;
  const isNothing = record.training.length === 0 && record.exams.length === 0;
  return (
    <section className="panel" aria-label={t('record.training')}>
      <header className="low">
        <h2>{t('record.training')}</h2>
        {hoursRequired !== null && isEnough ? (
          <span className="end t12">
            <Tag look="text" tone="ok" icon="ok">
              {t('record.hours-ok')}
            </Tag>
          </span>
        ) : null}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="body scroll" tabIndex={0}>
        {hoursRequired === null ? null : (
          <div className="hours">
            <span className="row">
              {t('record.hours')}
              <span className="end">
                <b className="num">{hoursDone}</b>{' '}
                <span className="c3">
                  / {t('record.hours-of', { hours: isolate(hoursRequired) })}
                </span>
              </span>
            </span>
            <ProgressBar
              label={t('record.hours')}
              percent={Math.min(100, (hoursDone / Math.max(1, hoursRequired)) * 100)}
              {...(isEnough ? { tone: 'ok' } : {})}
            />
            {isEnough ? null : <span className="t12 c3">{t('record.hours-short')}</span>}
          </div>
        )}
        {isNothing ? (
          <p className="c3 t12">
            {t(record.chain === 'incomplete' ? 'record.late' : 'record.no-training')}
          </p>
        ) : null}
        <ul className="rows2">
          {record.training.map((course) => (
            <li key={`${course.day}-${course.course}-${course.hours}`}>
              <span className="el">{t(`record.course-${course.course}`)}</span>
              <span className="t12 c2">
                {t('record.hours-of', { hours: isolate(course.hours) })} ·{' '}
                <Num>{formatDay(course.day)}</Num>
              </span>
              <span className="t12 c3 el">{course.body}</span>
            </li>
          ))}
          {record.exams.map((exam) => (
            <li key={`${exam.day}-${exam.attempt}-${exam.theory}`}>
              <span className="row">
                <Tag
                  look="text"
                  tone={exam.isPassed ? 'ok' : 'bad'}
                  icon={exam.isPassed ? 'ok' : 'bad'}
                >
                  {t(exam.isPassed ? 'record.passed' : 'record.not-passed')}
                </Tag>
                <span className="t12 c2">
                  {t('record.theory', { score: isolate(exam.theory) })}
                  {exam.practice === null
                    ? ''
                    : ` · ${t('record.practical', { score: isolate(exam.practice) })}`}
                </span>
              </span>
              <span className="t12 c2">
                {t('record.attempt', { count: isolate(exam.attempt) })} ·{' '}
                <Num>{formatDay(exam.day)}</Num>
              </span>
              <span className="t12 c3 el">{exam.body}</span>
            </li>
          ))}
        </ul>
      </section>
    </section>
  );
}
