import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { goTo } from '../../../lib/navigation';
import { useReasonWords } from '../../../parts/visits/use-reason-words';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Num } from '../../../ui/Num';
import { visitGroups } from './visit-groups';

interface VisitGroupsProps {
  readonly items: readonly FollowUp[];
  readonly onTick: (id: string, isDone: boolean) => void;
  readonly onRemove: (id: string) => void;
}

/** The list of visits company by company, as one goes from one to the next. */
export function VisitGroups({ items, onTick, onRemove }: VisitGroupsProps) {
  const t = useT();
  return (
    <section
      className="duelist whole"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
      tabIndex={0}
      aria-label={t('report.follow-ups')}
    >
      {visitGroups(items).map(({ company, entries, open }) => {
        const name = company ?? t('report.visit-no-company');
        const count = {
          open: isolate(formatCount(open)),
          total: isolate(formatCount(entries.length)),
        };
        return (
          <section key={company ?? ''} aria-label={name}>
            <h3 className="visithead">
              <Icon name={company === null ? 'mark' : 'building'} size="s" />
              <bdi className="el">{name}</bdi>
              <span className="t12 c2 end">{t('report.visit-open', count)}</span>
            </h3>
            <ul>
              {entries.map((one) => (
                <Entry key={one.id} entry={one} onTick={onTick} onRemove={onRemove} />
              ))}
            </ul>
          </section>
        );
      })}
    </section>
  );
}

function Entry({
  entry: one,
  onTick,
  onRemove,
}: Omit<VisitGroupsProps, 'items'> & { readonly entry: FollowUp }) {
  const t = useT();
  const reasonWords = useReasonWords();
  const { certificate, reason } = one;
  return (
    <li className={one.doneMs === null ? undefined : 'done'}>
      <label className="tick grow el">
        <input
          type="checkbox"
          checked={one.doneMs !== null}
          onChange={(event) => onTick(one.id, event.target.checked)}
        />
        <span className="el">
          <bdi>{one.title}</bdi>
          {reason === undefined ? null : (
            <span className="t12 c2 blk el" title={reasonWords(reason)}>
              {reasonWords(reason)}
            </span>
          )}
        </span>
      </label>
      <span className="t12 c3">
        <Num>{formatTime(one.doneMs ?? one.addedMs)}</Num>
      </span>
      {certificate === null ? null : (
        <Button
          size="s"
          icon="file"
          onClick={() => goTo({ page: 'record', id: certificate, trail: '' })}
        >
          {t('scan.open-record')}
        </Button>
      )}
      <Button
        size="s"
        look="quiet"
        icon="x"
        aria-label={`${t('report.follow-remove')} ${one.title}`}
        onClick={() => onRemove(one.id)}
      />
    </li>
  );
}
