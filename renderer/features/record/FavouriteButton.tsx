import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';

/** Keeps this record among the person's own, or takes it out again. */
export function FavouriteButton({ id, title }: { readonly id: number; readonly title: string }) {
  const t = useT();
  const failureText = useFailureText();
  const list = useQuery('saved.list', {});
  const put = useCommand('saved.put');
  const remove = useCommand('saved.remove');
  const kept = list.data?.items.find(
    ({ body }) => body?.kind === 'favourite' && body.subject === 'certificate' && body.id === id,
  );
  const failure = put.failure ?? remove.failure;
  const toggle = async () => {
    const done = kept
      ? await remove.run({ item: kept.item })
      : await put.run({
          item: null,
          title,
          body: { kind: 'favourite', subject: 'certificate', id },
        });
    if (done) showToast({ tone: 'ok', text: () => say(kept ? 'saved.removed' : 'saved.kept') });
    list.reload();
  };
  // Where nothing can be kept (the emergency reader) there is no button that promises it.
  if (list.failure) return null;
  return (
    <>
      <Button
        icon="star"
        aria-pressed={kept !== undefined}
        disabled={list.data === null || put.isBusy || remove.isBusy}
        onClick={() => void toggle()}
      >
        {t(kept ? 'saved.unkeep' : 'saved.keep')}
      </Button>
      {failure ? (
        <span role="alert" className="t12 c3">
          {failureText(failure)}
        </span>
      ) : null}
    </>
  );
}
