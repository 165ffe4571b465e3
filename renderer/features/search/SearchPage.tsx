import { useEffect, useRef, useState } from 'react';
import { maskEmbeddedIds } from '../../../shared/domain/identity/masks';
import type { Filter } from '../../../shared/ipc/common';
import type { Suggestion } from '../../../shared/ipc/routes/search';
import { useIsChinese, useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, isolate, monthDays, monthOf, today } from '../../lib/format';
import { goTo, useNavigation } from '../../lib/navigation';
import { STATUS_GROUPS } from '../../lib/status';
import { regionName, useTables } from '../../lib/tables';
import { type Question, type Rows, useRows } from '../../parts/certificates/use-rows';
import { FailureState } from '../../parts/FailureState';
import { Freshness } from '../../parts/Freshness';
import { GrantedSwitch } from '../../parts/granted/GrantedSwitch';
import { useGrants } from '../../parts/granted/use-grants';
import { Button } from '../../ui/Button';
import { PageState, Skeleton } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { GrantedResults } from './GrantedResults';
import { OtherMeanings } from './OtherMeanings';
import { PastNote } from './PastNote';
import { ResultCard } from './ResultCard';
import { Results } from './Results';
import { SaveSearchDialog } from './SaveSearchDialog';
import { SearchBox } from './SearchBox';
import { ask, useSearch } from './search-store';

const CARD_LIMIT = 4;

/** A region asked for that no region of the session holds or lies in; a saved search may name one. */
function regionOutside({ regions }: Filter, scope: readonly string[]): string | undefined {
  const bare = (code: string) => code.replace(/(00)+$/, '');
  const isOutside = (code: string) =>
    !scope.some((own) => code.startsWith(bare(own)) || bare(own).startsWith(bare(code)));
  return regions?.every(isOutside) ? regions[0] : undefined;
}

/** Digits that are no part of a number that people have: the search says which are. */
const isHalfNumber = (text: string): boolean =>
  /^\d{3,17}$/.test(text.normalize('NFKC').replace(/[\s-]/g, ''));

/** Puts the cursor into the list of results; false where there is none. */
function focusResults(): boolean {
  const grid = document.querySelector<HTMLElement>('.results [role="grid"]');
  grid?.focus();
  return grid !== null;
}

/** Type, search, see. */
export function SearchPage({
  preset,
}: {
  readonly preset:
    | { readonly text: string; readonly filter: Filter; readonly day?: number }
    | undefined;
}) {
  const t = useT();
  // The other languages need more room for the same words.
  const isWide = useIsChinese();
  const question = useSearch((store) => store.question);
  const mode = useSearch((store) => store.mode);
  const withGranted = useSearch((store) => store.withGranted);
  const grants = useGrants();
  const rows = useRows(question);
  const [saving, setSaving] = useState<Question | null>(null);

  useEffect(() => {
    if (!preset) return;
    ask(preset.text, preset.filter, preset.day);
    useNavigation.setState({ place: { page: 'search' } });
  }, [preset]);

  const filter = question?.filter ?? {};
  const open = (id: number) =>
    goTo({ page: 'record', id, trail: maskEmbeddedIds(question?.text ?? '', 'birth-8') });
  const pick = (suggestion: Suggestion) => {
    if (suggestion.type === 'person') open(suggestion.certificateId);
    else goTo({ page: 'company', id: suggestion.companyId });
  };
  const { year, month } = monthOf(today());
  const days = monthDays(year, month);
  const presets: readonly { readonly word: string; readonly filter: Filter }[] = [
    {
      word: t('search.preset-month'),
      filter: { validToFrom: days.first, validToUntil: days.last },
    },
    { word: t('search.preset-soon'), filter: { statuses: [...STATUS_GROUPS.soon] } },
    {
      word: t('search.preset-year', { year: isolate(year - 1) }),
      filter: {
        issuedFrom: monthDays(year - 1, 1).first,
        issuedUntil: monthDays(year - 1, 12).last,
      },
    },
    ...(isWide
      ? [{ word: t('search.preset-safety'), filter: { kinds: ['manager-safety' as const] } }]
      : []),
  ];
  return (
    <div className="page">
      <h1 className="vh">{t('shell.search')}</h1>
      <div className="hero">
        <SearchBox
          onAsk={(text) => ask(text, filter.company === undefined ? filter : {})}
          onPick={pick}
          onDown={focusResults}
        />
        <div className="row">
          <Segmented
            label={t('search.mode')}
            value={mode}
            choices={[
              { value: 'quick', label: t('search.quick') },
              { value: 'detailed', label: t('search.detailed') },
            ]}
            onChange={(next) => useSearch.setState({ mode: next })}
          />
          <span className="vr" />
          {presets.map((one) => (
            <button
              key={one.word}
              type="button"
              className="chip"
              onClick={() => ask('', one.filter)}
            >
              {one.word}
            </button>
          ))}
          {question && rows.head && !rows.head.past ? (
            <Button
              className="end"
              size="s"
              look="quiet"
              icon="star"
              aria-label={t('lists.save')}
              title={t('lists.save')}
              onClick={() => setSaving(question)}
            >
              {isWide ? t('lists.save') : undefined}
            </Button>
          ) : null}
        </div>
      </div>
      <Freshness />
      {saving ? <SaveSearchDialog question={saving} onClose={() => setSaving(null)} /> : null}
      {grants.length > 0 ? (
        <GrantedSwitch
          isOn={withGranted}
          onChange={(isOn) => useSearch.setState({ withGranted: isOn })}
        />
      ) : null}
      {/* Granted rows are of today: beside a list of a past day they would be read as of that day. */}
      {question && question.day === undefined && withGranted && grants.length > 0 ? (
        <GrantedResults question={question} grants={grants} />
      ) : null}
      <SearchBody rows={rows} mode={mode} onOpen={open} />
    </div>
  );
}

function SearchBody({
  rows,
  mode,
  onOpen,
}: {
  readonly rows: Rows;
  readonly mode: 'quick' | 'detailed';
  readonly onOpen: (id: number) => void;
}) {
  const t = useT();
  const question = useSearch((store) => store.question);
  const tables = useTables();
  const scope = useDesk((store) => store.state?.session?.regions) ?? [];
  const held = useDesk((store) => store.sync?.counts.certificate ?? 0);
  const { head, state, failure } = rows;
  // Between two questions the frame stays: a tab keeps the focus, and the page does not jump.
  const hasFrame = useRef(false);
  hasFrame.current = question !== null && !failure && (head !== null || hasFrame.current);
  if (!question) {
    return (
      <section className="panel grow">
        <PageState
          icon="search"
          title={t('search.start')}
          text={t('search.start-text', { count: isolate(formatCount(held)) })}
        />
      </section>
    );
  }
  if (failure && !head)
    return (
      <section className="panel grow">
        <FailureState failure={failure} onRetry={rows.reload} kept="search.kept" />
      </section>
    );
  if (!head && !hasFrame.current)
    return (
      <section className="panel grow">
        <Skeleton label={t('search.searching', { count: isolate(formatCount(held)) })} rows={6} />
      </section>
    );
  const outside = regionOutside(question.filter, scope);
  if (outside !== undefined) {
    return (
      <section className="panel grow">
        <PageState
          icon="lock"
          tone="warn"
          title={t('lists.denied-title', { region: regionName(tables, outside) })}
          text={t('lists.denied-text')}
        >
          <Button size="s" onClick={() => ask(question.text, {})}>
            {t('search.clear')}
          </Button>
        </PageState>
      </section>
    );
  }
  const isNothing =
    head !== null && head.total === 0 && Object.values(head.byStatus).every((count) => !count);
  if (isNothing && state === 'ready') {
    return (
      <section className="panel grow">
        <PageState
          icon="search"
          title={t('search.empty')}
          text={
            isHalfNumber(question.text)
              ? `${t('lists.fragment-hint')}\n${t('search.empty-text')}`
              : t('search.empty-text')
          }
        >
          <OtherMeanings others={head.others} />
          {Object.keys(question.filter).length > 0 ? (
            <Button size="s" onClick={() => ask(question.text, {})}>
              {t('search.clear')}
            </Button>
          ) : null}
        </PageState>
      </section>
    );
  }
  const cards =
    mode === 'quick' && head !== null
      ? Array.from({ length: Math.min(CARD_LIMIT, head.total) }, (_, index) =>
          rows.rowAt(index),
        ).filter((item) => item !== null)
      : [];
  return (
    <>
      {head === null ? null : <OtherMeanings others={head.others} />}
      {cards.length > 0 ? (
        <section className="cards" aria-label={t('search.cards')} aria-busy={state === 'loading'}>
          {cards.map((item) => (
            <ResultCard key={item.id} item={item} onOpen={() => onOpen(item.id)} />
          ))}
        </section>
      ) : null}
      {head?.past ? <PastNote past={head.past} filter={question.filter} /> : null}
      <Results
        question={question}
        rows={rows}
        onFilter={(next) => ask(question.text, next, question.day)}
        onOpen={(item) => onOpen(item.id)}
      />
    </>
  );
}
