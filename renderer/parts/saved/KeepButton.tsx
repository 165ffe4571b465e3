import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { useFailureText } from '../use-failure-text';
import { followedAgain } from './use-followed';

type Subject = 'certificate' | 'person' | 'company';

/** A certificate is kept; a person or a company is followed. Both are told of when they change. */
const WORDS = {
  certificate: ['saved.keep', 'saved.unkeep'],
  person: ['saved.follow', 'saved.unfollow'],
  company: ['saved.follow', 'saved.unfollow'],
} as const;

/** Keeps this subject among the person's own, or takes it out again. */
export function KeepButton({
  subject,
  id,
  title,
  size = 'm',
}: {
  readonly subject: Subject;
  readonly id: number;
  readonly title: string;
  readonly size?: 's' | 'm';
}) {
  const t = useT();
  const failureText = useFailureText();
  const list = useQuery('saved.list', {});
  const put = useCommand('saved.put');
  const remove = useCommand('saved.remove');
  const kept = list.data?.items.find(
    ({ body }) => body?.kind === 'favourite' && body.subject === subject && body.id === id,
  );
  const failure = put.failure ?? remove.failure;
  const toggle = async () => {
    const done = kept
      ? await remove.run({ item: kept.item })
      : await put.run({ item: null, title, body: { kind: 'favourite', subject, id } });
    if (done) showToast({ tone: 'ok', text: () => say(kept ? 'saved.removed' : 'saved.kept') });
    list.reload();
    followedAgain();
  };
  // Where nothing can be kept (the emergency reader) there is no button that promises it.
  if (list.failure) return null;
  const [keep, unkeep] = WORDS[subject];
  return (
    <>
      <Button
        size={size}
        icon={subject === 'certificate' ? 'star' : 'bell'}
        aria-pressed={kept !== undefined}
        disabled={list.data === null || put.isBusy || remove.isBusy}
        onClick={() => void toggle()}
      >
        {t(kept ? unkeep : keep)}
      </Button>
      {failure ? (
        <span role="alert" className="t12 c3">
          {failureText(failure)}
        </span>
      ) : null}
    </>
  );
}
