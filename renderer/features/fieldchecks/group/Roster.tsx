import { sitePile } from '../../../../shared/domain/site/visit';
import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { formatCount } from '../../../lib/format';
import { Num } from '../../../ui/Num';
import { Tag } from '../../../ui/Tag';
import { useRosterWords } from './use-roster-words';

const PILES = ['good', 'soon', 'bad', 'unclear'] as const;

/** Who went by, the last one on top, with the sums. */
export function Roster({ visit }: { readonly visit: SiteVisitView }) {
  const t = useT();
  const look = useRosterWords();
  const count = (pile: string) =>
    visit.people.filter(({ verdict }) => sitePile(verdict) === pile).length;
  return (
    <section className="panel roster" aria-label={t('group.roster')}>
      <header>
        <h2 className="el">
          <bdi>{visit.place}</bdi>
        </h2>
        <span className="end t12 c3">
          {t('group.people')} <Num>{formatCount(visit.people.length)}</Num>
        </span>
      </header>
      <dl className="piles">
        {PILES.map((pile) => (
          <div key={pile} className={pile}>
            <dt className="t12 c3">{t(`group.pile-${pile}`)}</dt>
            <dd className="num">{formatCount(count(pile))}</dd>
          </div>
        ))}
      </dl>
      {visit.people.length === 0 ? (
        <p className="c3 pad">{t('group.nobody')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <ol reversed tabIndex={0} aria-label={t('group.roster')}>
          {[...visit.people].reverse().map((person) => {
            const { word, tone, icon } = look(person.verdict);
            return (
              <li key={person.n}>
                <span className="t12 c3 num">{person.n}</span>
                <bdi className="el grow">{person.name ?? person.number ?? '–'}</bdi>
                <Tag tone={tone} icon={icon} look="text">
                  {word}
                </Tag>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
