import { useState } from 'react';
import type { SavedFilesView } from '../../../../shared/ipc/common';
import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { SavedFiles } from '../../../parts/SavedFiles';
import { Button } from '../../../ui/Button';
import { Field } from '../../../ui/Field';
import { Notice } from '../../../ui/PageState';
import { TextInput } from '../../../ui/TextInput';

/** Where the visit is; after one was closed also its record. */
export function BeginVisit({
  closed,
  onBegun,
}: {
  readonly closed: SiteVisitView | null;
  readonly onBegun: (visit: SiteVisitView) => void;
}) {
  const t = useT();
  const begin = useCommand('site.begin');
  const save = useCommand('site.save');
  const [place, setPlace] = useState('');
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
  const go = async () => {
    const answer = await begin.run({ place: place.trim() });
    if (answer !== null) onBegun(answer.visit);
  };
  return (
    <section className="panel groupbegin">
      {closed === null ? null : (
        <Notice
          tone="ok"
          icon="ok"
          action={
            <Button
              size="s"
              icon="download"
              disabled={save.isBusy}
              onClick={async () => {
                const answer = await save.run({ visit: closed.id });
                if (answer?.saved) setSaved(answer.saved);
              }}
            >
              {t('group.save')}
            </Button>
          }
        >
          {t('group.closed', { count: isolate(formatCount(closed.people.length)) })}{' '}
          <SavedFiles saved={saved} />
        </Notice>
      )}
      <h2 className="t16">{t('group.begin-title')}</h2>
      <p className="c2">{t('group.begin-text')}</p>
      <form
        className="row wrap"
        onSubmit={(event) => {
          event.preventDefault();
          if (place.trim() !== '') void go();
        }}
      >
        <div className="grow">
          <Field label={t('group.place')}>
            {({ control }) => (
              <TextInput
                id={control}
                isLarge
                maxLength={200}
                placeholder={t('group.place-hint')}
                value={place}
                onChange={(event) => setPlace(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Button
          look="primary"
          size="xl"
          icon="scan"
          type="submit"
          disabled={begin.isBusy || place.trim() === ''}
        >
          {t('group.begin')}
        </Button>
      </form>
      {begin.failure ? <FailureNote failure={begin.failure} /> : null}
      {save.failure ? <FailureNote failure={save.failure} /> : null}
    </section>
  );
}
