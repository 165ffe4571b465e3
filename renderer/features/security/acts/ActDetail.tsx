import { useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { CentralAct } from '../../../../shared/ipc/routes/acts';
import { ACT_WORDS, factText } from '../../../../shared/protocol/acts/words';
import { useLocale, useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { NoteField } from '../../../ui/NoteField';
import { Notice } from '../../../ui/PageState';
import { ActState } from './ActList';

type Told = RouteOutput<'acts.decide'>;

/** One act: what it says, who asked, and what this person can do about it. */
export function ActDetail({
  one,
  onDecided,
}: {
  readonly one: CentralAct;
  readonly onDecided: (ended: Told | null) => void;
}) {
  const t = useT();
  const words = ACT_WORDS[useLocale()];
  const [note, setNote] = useState('');
  const decide = useCommand('acts.decide');
  const isWaiting = one.state === 'open';
  const run = async (part: 'countersign' | 'refuse') => {
    const ended = await decide.run({ id: one.id, part, note: note.trim() });
    onDecided(ended);
  };
  return (
    <section className="panel grow detail" aria-label={t('centralacts.one')}>
      <header>
        <ActState state={one.state} />
        <h2>{one.kind === null ? t('centralacts.unknown') : words.kinds[one.kind]}</h2>
        <span className="row end">
          {isWaiting ? (
            <Button
              look="danger"
              icon="ban"
              disabled={decide.isBusy || (!one.isOwn && note.trim() === '')}
              title={one.isOwn ? undefined : t('centralacts.reason-hint')}
              onClick={() => void run('refuse')}
            >
              {t(one.isOwn ? 'centralacts.back' : 'centralacts.refuse')}
            </Button>
          ) : null}
          {isWaiting && !one.isOwn && one.kind !== null ? (
            <Button
              look="primary"
              icon="seal"
              disabled={decide.isBusy}
              onClick={() => void run('countersign')}
            >
              {t('centralacts.countersign')}
            </Button>
          ) : null}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="body scroll" tabIndex={0} aria-label={t('centralacts.detail')}>
        {decide.isBusy ? <Notice icon="seal">{t('centralacts.wait-sign')}</Notice> : null}
        {decide.failure && decide.failure.code !== 'CANCELLED' ? (
          <FailureNote failure={decide.failure} />
        ) : null}
        {one.kind === null ? (
          <Notice tone="warn" icon="warn">
            {t('centralacts.unreadable')}
          </Notice>
        ) : null}
        <dl className="dl">
          {one.facts.map((fact, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: facts of an act never change their order
            <Fact key={index} label={words.fields[fact.field]} text={factText(fact, words)} />
          ))}
          <Fact label={t('centralacts.by')} text={`${one.requestedName} (${one.requestedBy})`} />
          <Fact label={t('centralacts.at')} text={formatTime(one.requestedMs)} />
          {isWaiting && one.untilMs !== null ? (
            <Fact label={t('centralacts.until')} text={formatTime(one.untilMs)} />
          ) : null}
          {one.endedBy === null ? null : <Fact label={t('centralacts.ended')} text={one.endedBy} />}
          {one.outcome === null || one.outcome === '' ? null : (
            <Fact label={t('centralacts.outcome')} text={one.outcome} />
          )}
        </dl>
        {isWaiting && one.isOwn ? <p className="c2 actreason">{t('centralacts.own')}</p> : null}
        {isWaiting && !one.isOwn ? (
          <div className="actreason">
            <NoteField
              label={t('centralacts.reason')}
              hint={t('centralacts.reason-hint')}
              longest={300}
              value={note}
              onText={setNote}
            />
          </div>
        ) : null}
      </section>
    </section>
  );
}

function Fact({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <bdi className="sel">{text}</bdi>
      </dd>
    </>
  );
}
