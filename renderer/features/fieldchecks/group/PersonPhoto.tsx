import { useT } from '../../../i18n';
import { useQuery } from '../../../lib/use-query';
import { Icon } from '../../../ui/Icon';
import { Picture } from '../../../ui/Picture';

const WIDTH = 320;

/** The holder's photo where this device has it: a borrowed certificate is found by the face. */
export function PersonPhoto({ certificateId }: { readonly certificateId: number | null }) {
  const t = useT();
  const own = useQuery('attachments.of', certificateId === null ? null : { certificateId });
  const photo = own.data?.photo ?? null;
  const opened = useQuery(
    'attachments.open',
    certificateId === null || photo === null ? null : { certificateId, id: photo.id },
  );
  const view = opened.data?.view;
  if (view?.state === 'here' && view.mime !== 'pdf')
    return (
      <div className="photo big">
        <Picture
          bytes={view.bytes}
          mime={view.mime}
          label={t('attachment.photo')}
          maxWidth={WIDTH}
          onFail={() => undefined}
        />
      </div>
    );
  return (
    <div className="photo big" role="img" aria-label={t('record.no-photo')}>
      <Icon name="user" size="l" />
    </div>
  );
}
