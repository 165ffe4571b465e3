import { useState } from 'react';
import type { RouteInput, RouteOutput } from '../../shared/ipc/contract';
import { say, useT } from '../i18n';
import { formatTime } from '../lib/format';
import { useCommand } from '../lib/use-command';
import { useQuery } from '../lib/use-query';
import { FailureNote } from '../parts/FailureState';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Field } from '../ui/Field';
import type { IconName } from '../ui/icon-paths';
import { Notice } from '../ui/PageState';
import { Segmented } from '../ui/Segmented';
import { Tag, type TagTone } from '../ui/Tag';
import { showToast } from '../ui/toast-store';

type Topic = RouteInput<'feedback.send'>['topic'];
type State = RouteOutput<'feedback.list'>['items'][number]['state'];

const TOPICS: readonly Topic[] = ['fault', 'data', 'wish', 'other'];
const LOOKS: Record<State, { readonly tone: TagTone; readonly icon: IconName }> = {
  waiting: { tone: 'warn', icon: 'queue' },
  arrived: { tone: 'ok', icon: 'ok' },
  'under-review': { tone: 'off', icon: 'clock' },
  returned: { tone: 'bad', icon: 'undo' },
};

/** A word to those who run the program, and what became of the last ones. */
export function FeedbackDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const list = useQuery('feedback.list', {});
  const send = useCommand('feedback.send');
  const [topic, setTopic] = useState<Topic>('fault');
  const [text, setText] = useState('');
  const items = list.data?.items ?? [];
  const maySend = list.data?.maySend ?? false;
  const submit = async () => {
    if ((await send.run({ topic, text: text.trim() })) === null) return;
    setText('');
    showToast({ tone: 'ok', text: () => say('feedback.queued') });
    list.reload();
  };
  const failure = list.failure ?? send.failure;
  return (
    <Dialog
      isWide
      title={t('feedback.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.close')}</Button>
          <Button
            look="primary"
            icon="up"
            disabled={!maySend || send.isBusy || text.trim() === ''}
            onClick={() => void submit()}
          >
            {t('feedback.send')}
          </Button>
        </>
      }
    >
      {list.data && !maySend ? (
        <Notice tone="off" icon="info">
          {t('feedback.not-you')}
        </Notice>
      ) : null}
      <Segmented
        label={t('feedback.topic')}
        value={topic}
        choices={TOPICS.map((value) => ({ value, label: t(`feedback.topic-${value}`) }))}
        onChange={setTopic}
      />
      <Field label={t('feedback.text')} hint={t('feedback.hint')}>
        {({ control, describedBy }) => (
          <textarea
            id={control}
            aria-describedby={describedBy}
            className="area"
            rows={4}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {failure ? <FailureNote failure={failure} /> : null}
      {items.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section className="workitems" tabIndex={0} aria-label={t('feedback.sent')}>
          <ul>
            {items.map(({ dseq, atMs, state, text: said }) => (
              <li key={dseq}>
                <div className="what">
                  <span className="t12 c3 num">{formatTime(atMs)}</span>
                  <p className="t12 c2">
                    <bdi>{said ?? t('feedback.at-centre')}</bdi>
                  </p>
                </div>
                <Tag look="text" {...LOOKS[state]}>
                  {t(`feedback.${state}`)}
                </Tag>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Dialog>
  );
}
