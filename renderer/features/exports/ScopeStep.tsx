import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { STATUS_GROUP_NAMES, STATUS_GROUPS } from '../../lib/status';
import type { Query } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { FilterChips, withChoice } from '../../parts/FilterChips';
import { useFilterWords } from '../../parts/use-filter-words';
import { Button } from '../../ui/Button';
import { ChipSelect } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { limitOf, resetDraft, useDraft } from './draft-store';
import { GrantLine } from './GrantLine';
import { TemplateField } from './TemplateField';
import { useBoardWords } from './use-board-words';

/** What goes out, with its true count while it is chosen. */
export function ScopeStep({ count }: { readonly count: Query<RouteOutput<'exports.count'>> }) {
  const t = useT();
  const filter = useDraft((draft) => draft.filter);
  const board = useDraft((draft) => draft.board);
  const grant = useDraft((draft) => draft.grant);
  const boardWords = useBoardWords();
  const words = useFilterWords();
  const said = words(filter);
  const groupOf =
    STATUS_GROUP_NAMES.find(
      (name) => JSON.stringify(STATUS_GROUPS[name]) === JSON.stringify(filter.statuses),
    ) ?? '';
  const data = count.data;
  const limit = useDraft((draft) => limitOf(draft, data?.limit ?? 0));
  const isFine = data !== null && count.state === 'ready' && data.count > 0 && data.count <= limit;
  return (
    <section className="panel wizard" aria-label={t('exports.step-scope')}>
      <header>
        <h2>{t('exports.step-scope')}</h2>
      </header>
      <div className="body">
        {grant === null ? null : <GrantLine grant={grant} onLeave={() => resetDraft()} />}
        <div className="row wrap">
          <FilterChips
            filter={filter}
            withIndustry
            onChange={(next) => useDraft.setState({ filter: next })}
          />
          <ChipSelect
            label={t('filter.status')}
            value={groupOf}
            choices={[
              { value: '', label: t('filter.all') },
              ...STATUS_GROUP_NAMES.map((name) => ({ value: name, label: t(`groups.${name}`) })),
            ]}
            onChange={(value) =>
              useDraft.setState({
                filter: withChoice(
                  filter,
                  'statuses',
                  value === ''
                    ? undefined
                    : [...STATUS_GROUPS[value as (typeof STATUS_GROUP_NAMES)[number]]],
                ),
              })
            }
          />
        </div>
        {board ? (
          <div className="row wrap">
            <Tag look="text" tone="info" icon="chart">
              {boardWords(board)}
            </Tag>
            <span className="c2">{t('exports.board-text')}</span>
            <Button size="s" look="quiet" onClick={() => resetDraft(filter)}>
              {t('exports.board-off')}
            </Button>
          </div>
        ) : (
          <TemplateField limit={data?.limit ?? 0} />
        )}
        <p className="c2">
          {said.length > 0
            ? t('exports.scope-is', { scope: said.join(t('filter.and')) })
            : t(grant === null ? 'exports.scope-all' : 'exports.scope-granted')}
        </p>
        <div className="figures" role="status" aria-busy={count.state === 'loading'}>
          <div>
            <span className="t12 c3 blk">{t(board ? 'exports.figures' : 'exports.count')}</span>
            <b className="t28 num">{data ? formatCount(data.count) : '–'}</b>
          </div>
          <div>
            <span className="t12 c3 blk">{t('exports.quota')}</span>
            <b className="t16 num">
              {data ? `${formatCount(data.usedThisMonth)} / ${formatCount(data.quota)}` : '–'}
            </b>
          </div>
        </div>
        {count.failure ? <FailureNote failure={count.failure} onRetry={count.reload} /> : null}
        {data && data.count === 0 ? (
          <FailureNote failure={{ code: 'EXPORT_EMPTY', params: {}, ref: '' }} />
        ) : null}
        {data && data.count > limit ? (
          <FailureNote
            failure={{
              code: 'EXPORT_TOO_LARGE',
              params: { count: formatCount(data.count), limit: formatCount(limit) },
              ref: '',
            }}
          />
        ) : null}
      </div>
      <div className="wf">
        <span className="t12 c3">
          {board ? t('exports.board-exact') : t('exports.masked', { what: isolate('ID') })}
        </span>
        <Button
          className="end"
          look="primary"
          size="l"
          disabled={!isFine}
          onClick={() => useDraft.setState({ step: 'purpose' })}
        >
          {t('act.next')}
        </Button>
      </div>
    </section>
  );
}
