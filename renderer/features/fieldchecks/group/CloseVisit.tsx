import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { formatCount, formatDay, isolate, today } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Tag } from '../../../ui/Tag';
import { useRosterWords } from './use-roster-words';

const TERMS = [3, 7, 15, 30] as const;

/** Before the record is closed: who has to put something right, and until when. */
export function CloseVisit({
  visit,
  onChange,
  onClose,
  onDone,
}: {
  readonly visit: SiteVisitView;
  readonly onChange: (visit: SiteVisitView) => void;
  readonly onClose: () => void;
  readonly onDone: (visit: SiteVisitView) => void;
}) {
  const t = useT();
  const look = useRosterWords();
  const setDue = useCommand('site.set-due');
  const close = useCommand('site.close');
  const now = today();
  const listed = visit.people.filter(
    ({ dueDay, verdict }) => dueDay !== null || !['ok', 'warn'].includes(look(verdict).tone),
  );
  const choose = async (n: number, value: string) => {
    const answer = await setDue.run({ n, dueDay: value === '' ? null : Number(value) });
    if (answer !== null) onChange(answer.visit);
  };
  const failure = setDue.failure ?? close.failure;
  return (
    <Dialog
      isWide
      title={t('group.finish-title')}
      onClose={onClose}
      actions={
        <>
          <Button size="l" onClick={onClose}>
            {t('group.go-on')}
          </Button>
          <Button
            size="l"
            look="primary"
            icon="ok"
            disabled={close.isBusy || setDue.isBusy}
            onClick={async () => {
              const answer = await close.run({});
              if (answer !== null) onDone(answer.visit);
            }}
          >
            {t('group.close')}
          </Button>
        </>
      }
    >
      <p className="c2">
        {t('group.finish-text', {
          count: isolate(formatCount(visit.people.length)),
          due: isolate(formatCount(visit.people.filter(({ dueDay }) => dueDay !== null).length)),
        })}
      </p>
      {listed.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <ul className="duelist" tabIndex={0} aria-label={t('group.due')}>
          {listed.map(({ n, name, number, verdict, dueDay }) => {
            const { word, tone, icon } = look(verdict);
            const days = new Set([...TERMS.map((term) => now + term), ...(dueDay ? [dueDay] : [])]);
            return (
              <li key={n}>
                <bdi className="el grow">{name ?? number ?? '–'}</bdi>
                <Tag tone={tone} icon={icon} look="text">
                  {word}
                </Tag>
                <select
                  className="input"
                  aria-label={`${t('group.due')} ${name ?? n}`}
                  value={dueDay ?? ''}
                  onChange={(event) => void choose(n, event.target.value)}
                >
                  <option value="">{t('group.no-due')}</option>
                  {[...days]
                    .sort((a, b) => a - b)
                    .map((day) => (
                      <option key={day} value={day}>
                        {formatDay(day)}
                      </option>
                    ))}
                </select>
              </li>
            );
          })}
        </ul>
      )}
      <p className="t12 c3">{t('group.close-text')}</p>
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
