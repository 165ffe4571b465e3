import { memo } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { Suggestion } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { categoryNames, regionName, useTables } from '../../lib/tables';
import { StatusTag } from '../../parts/StatusTag';
import { Icon } from '../../ui/Icon';
import { Marked } from './Marked';

interface SuggestionsProps {
  readonly id: string;
  readonly found: RouteOutput<'search.suggest'>;
  readonly active: number;
  readonly onPick: (suggestion: Suggestion) => void;
}

/** Masked suggestions in two groups, people and companies. Drawn anew when they change, not with each key. */
export const Suggestions = memo(function Suggestions({
  id,
  found,
  active,
  onPick,
}: SuggestionsProps) {
  const t = useT();
  const places = found.items.map((item, index) => ({ item, index }));
  const groups = [
    {
      type: 'person',
      name: t('search.people'),
      places: places.filter(({ item }) => item.type === 'person'),
    },
    {
      type: 'company',
      name: t('search.companies'),
      places: places.filter(({ item }) => item.type === 'company'),
    },
  ].filter((group) => group.places.length > 0);
  const total = isolate(formatCount(found.total));
  return (
    <div className="pop sug">
      <div id={`${id}-list`} role="listbox" aria-label={t('search.suggestions')}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a listbox has no element of its own
          <div key={group.type} role="group" aria-label={group.name}>
            <div className="gh" aria-hidden="true">
              {group.name}
            </div>
            {group.places.map(({ item, index }) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox
              <div
                // By place: the next key's suggestions stand in the same elements.
                key={index}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={`so${index === active ? ' on' : ''}${item.type === 'company' ? ' co' : ''}`}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => onPick(item)}
              >
                <Option item={item} />
              </div>
            ))}
          </div>
        ))}
      </div>
      <div className="sf" aria-hidden="true">
        <span>
          <kbd className="kbd">↑↓</kbd> {t('search.key-choose')}
        </span>
        <span>
          <kbd className="kbd">Enter</kbd> {t('search.key-open')}
        </span>
        <span>
          <kbd className="kbd">Esc</kbd> {t('search.key-close')}
        </span>
        <span className="end">
          {t(found.isTotalExact ? 'search.matches' : 'search.matches-more', { count: total })}
        </span>
      </div>
    </div>
  );
});

const Option = memo(function Option({ item }: { readonly item: Suggestion }) {
  const t = useT();
  const tables = useTables();
  if (item.type === 'company') {
    return (
      <>
        <Icon name="building" />
        <span className="el">
          <bdi>
            <Marked text={item.name} marks={item.marks} />
          </bdi>
        </span>
        <span className="t12 c3">
          <bdi>{regionName(tables, item.region)}</bdi> ·{' '}
          {t('search.holders', { count: isolate(formatCount(item.certificates)) })}
        </span>
      </>
    );
  }
  const category = categoryNames(tables, item.category);
  return (
    <>
      <Icon name="user" />
      <b className="el">
        <bdi>
          <Marked text={item.name} marks={item.marks} />
        </bdi>
      </b>
      <span className="mono c2">{item.maskedId}</span>
      <span className="el t12 c2">
        <bdi>{category?.[1] ?? kindText(t, item.kind)}</bdi> ·{' '}
        <bdi>{regionName(tables, item.region)}</bdi>
      </span>
      <StatusTag status={item.status} kind={item.kind} />
    </>
  );
});
