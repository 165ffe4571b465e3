import type { Asked } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatDay, formatTime, isolate } from '../../../lib/format';
import { useMoment } from '../../../lib/use-moment';
import { useQuery } from '../../../lib/use-query';
import { StatusTag } from '../../../parts/StatusTag';
import { Num } from '../../../ui/Num';
import { Tag } from '../../../ui/Tag';
import { useScans } from './scan-store';

/** What was asked at the centre, newest first, with the answers that came. */
export function AskedList() {
  const t = useT();
  const count = useScans((store) => store.asked.length);
  const pending = useDesk((store) => store.sync?.pending ?? 0);
  const query = useQuery('scan.asked', {}, `${count} ${pending} ${useMoment()}`);
  // An answer that could not be asked again may be of before a mark or another day.
  const asked = query.state === 'failed' ? [] : (query.data?.asked ?? []);
  if (asked.length === 0) return null;
  return (
    <section className="panel scanlist">
      <header>
        <h2>{t('scan.asked-list')}</h2>
      </header>
      <ul>
        {asked.map((one) => (
          <li key={one.key} className="askedrow">
            <Answer asked={one} />
            <bdi className="el">{[one.name, one.number].filter(Boolean).join(' ') || '–'}</bdi>
            <span className="end t12 c3">
              {one.answeredMs === null ? (
                <Num>{formatTime(one.atMs).slice(5)}</Num>
              ) : (
                t('scan.answered-at', { time: isolate(formatTime(one.answeredMs).slice(5)) })
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ asked: { state, answer, validTo } }: { readonly asked: Asked }) {
  const t = useT();
  if (state === 'waiting')
    return (
      <Tag tone="info" icon="clock" look="text">
        {t('scan.answer-waiting')}
      </Tag>
    );
  if (state === 'refused' || answer === null)
    return (
      <Tag tone="warn" icon="warn" look="text">
        {t('scan.answer-refused')}
      </Tag>
    );
  if (answer === 'ask-again')
    return (
      <Tag tone="warn" icon="clock" look="text">
        {t('scan.answer-ask-again')}
      </Tag>
    );
  if (answer === 'none' || answer === 'several')
    return (
      <Tag tone="off" icon="info" look="text">
        {t(`scan.answer-${answer}`)}
      </Tag>
    );
  const title = validTo === null ? '' : t('scan.until', { day: isolate(formatDay(validTo)) });
  if (answer === 'name-differs' || answer === 'number-differs' || answer === 'date-differs')
    return (
      <span title={title}>
        <Tag tone="bad" icon="warn" look="text">
          {t(`scan.answer-${answer}`)}
        </Tag>
      </span>
    );
  return (
    <span title={title}>
      <StatusTag status={answer} />
    </span>
  );
}
