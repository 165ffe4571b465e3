import { useCallback, useEffect, useState } from 'react';
import type { PersonRow } from '../../../../shared/ipc/routes/people';
import { say, useT } from '../../../i18n';
import { on } from '../../../lib/desk';
import { useDesk } from '../../../lib/desk-store';
import { isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { RecoveryNotice } from '../../../parts/RecoveryNotice';
import { Button } from '../../../ui/Button';
import { Notice, Skeleton } from '../../../ui/PageState';
import { showToast } from '../../../ui/toast-store';
import { AddPersonDialog } from './AddPersonDialog';
import { ChangePasswordDialog } from './ChangePasswordDialog';
import { PeopleTable } from './PeopleTable';
import { RecoveryPanel } from './RecoveryPanel';
import { RemovePersonDialog } from './RemovePersonDialog';

type Open =
  | { readonly kind: 'add' }
  | { readonly kind: 'password' }
  | { readonly remove: PersonRow };

/** Who can unlock this device, how, and what opens it when a password is forgotten. */
export function PeopleSection() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const list = useQuery('people.list', {});
  const release = useCommand('people.release');
  const [open, setOpen] = useState<Open | null>(null);
  const { reload } = list;
  useEffect(() => on('people.changed', reload), [reload]);
  const done = useCallback(
    (text: (() => string) | null) => {
      setOpen(null);
      if (text !== null) showToast({ tone: 'ok', text });
      reload();
    },
    [reload],
  );
  const { data } = list;
  if (data === null)
    return list.failure ? (
      <FailureState failure={list.failure} onRetry={reload} />
    ) : (
      <Skeleton label={t('state.loading')} />
    );
  const letTry = async (person: PersonRow) => {
    if (await release.run({ badge: person.badge }))
      done(() => say('people.released', { name: isolate(person.name) }));
  };
  return (
    <>
      <RecoveryNotice recovery={data.recovery} />
      {data.isRotationAdvised ? (
        <Notice tone="warn" icon="warn">
          {t('people.rotation-advised')}
        </Notice>
      ) : null}
      {release.failure ? <FailureNote failure={release.failure} /> : null}
      <section className="panel grow" aria-label={t('security.section-people')}>
        <header>
          <h2>{t('security.section-people')}</h2>
          <span className="t12 c3 el">{t('people.text')}</span>
          <span className="end row">
            <Button size="s" icon="lock" onClick={() => setOpen({ kind: 'password' })}>
              {t('people.change-password')}
            </Button>
            <Button size="s" look="primary" icon="user" onClick={() => setOpen({ kind: 'add' })}>
              {t('people.add')}
            </Button>
          </span>
        </header>
        <PeopleTable
          people={data.people}
          canRelease={role === 'security-admin'}
          canRemove={role === 'security-admin' || role === 'head'}
          isBusy={release.isBusy}
          onRelease={(person) => void letTry(person)}
          onRemove={(person) => setOpen({ remove: person })}
        />
      </section>
      <RecoveryPanel recovery={data.recovery} canMake={role === 'head'} onMade={() => done(null)} />
      {open === null ? null : 'remove' in open ? (
        <RemovePersonDialog person={open.remove} onClose={() => setOpen(null)} onDone={done} />
      ) : open.kind === 'add' ? (
        <AddPersonDialog
          candidates={data.candidates}
          minLength={data.minPasswordLength}
          asksToken={data.asksToken}
          onClose={() => setOpen(null)}
          onDone={done}
        />
      ) : (
        <ChangePasswordDialog
          hasToken={data.people.some((one) => one.isSelf && one.factors.includes('token'))}
          minLength={data.minPasswordLength}
          onClose={() => setOpen(null)}
          onDone={done}
        />
      )}
    </>
  );
}
