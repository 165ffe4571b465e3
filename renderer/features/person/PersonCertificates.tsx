import type { PersonFile } from '../../../shared/ipc/routes/dossiers';
import { useT } from '../../i18n';
import { formatDay, isolate } from '../../lib/format';
import { kindText, kindTitle } from '../../lib/kind-words';
import { goTo } from '../../lib/navigation';
import { categoryNames, useTables } from '../../lib/tables';
import { StatusTag } from '../../parts/StatusTag';
import { Num } from '../../ui/Num';

type One = PersonFile['certificates'][number];

/** Both clocks, hours against what is asked, and the last examination of each certificate. */
export function PersonCertificates({ person }: { readonly person: PersonFile }) {
  const t = useT();
  return (
    <section className="panel grow" aria-label={t('record.certificates')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="scroll x" tabIndex={0}>
        <table className="tbl">
          <colgroup>
            <col className="w140" />
            <col />
            <col className="w180" />
            <col className="w140" />
            <col className="w140" />
            <col className="w140" />
            <col className="w180" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('search.col-status')}</th>
              <th scope="col">{t('search.col-kind')}</th>
              <th scope="col">{t('search.col-number')}</th>
              <th scope="col">{t('search.valid-to')}</th>
              <th scope="col">{t('search.review-to')}</th>
              <th scope="col">{t('person.hours')}</th>
              <th scope="col">{t('person.exam')}</th>
            </tr>
          </thead>
          <tbody>
            {person.certificates.map((one) => (
              <Row key={one.item.id} one={one} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ one }: { readonly one: One }) {
  const t = useT();
  const tables = useTables();
  const { item, exam, hoursDone, hoursRequired } = one;
  const category = categoryNames(tables, item.category);
  const title = category?.[1] ?? kindText(t, item.kind);
  const isShort = hoursRequired !== null && hoursDone < hoursRequired;
  const { reviewDue } = item.validity;
  return (
    <tr>
      <td>
        <StatusTag status={item.validity.status} kind={item.kind} />
      </td>
      <td title={`${kindTitle(t, item.kind)} ${title}`}>
        <button
          type="button"
          className="link el"
          onClick={() => goTo({ page: 'record', id: item.id, trail: item.name })}
        >
          <bdi>{title}</bdi>
        </button>
      </td>
      <td>
        <span className="mono c2">{item.number}</span>
      </td>
      <td>
        <Num>{formatDay(item.validity.validTo)}</Num>
      </td>
      <td>
        {reviewDue === null ? (
          one.reviewDone === null ? (
            '–'
          ) : (
            <span className="c3" title={formatDay(one.reviewDone)}>
              {t('record.review-ok')}
            </span>
          )
        ) : (
          <Num>{formatDay(reviewDue)}</Num>
        )}
      </td>
      <td className={isShort ? 'warn' : undefined}>
        {hoursRequired === null
          ? '–'
          : t('person.hours-of', {
              done: isolate(hoursDone),
              required: isolate(hoursRequired),
            })}
      </td>
      <td>
        {exam === null ? (
          '–'
        ) : (
          <>
            <span className={exam.isPassed ? 'ok' : 'bad'}>
              {t(exam.isPassed ? 'record.passed' : 'record.not-passed')}
            </span>{' '}
            <span className="t12 c2">{t('record.theory', { score: isolate(exam.theory) })}</span>
          </>
        )}
      </td>
    </tr>
  );
}
