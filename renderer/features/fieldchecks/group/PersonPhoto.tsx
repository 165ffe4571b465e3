import { useQuery } from '../../../lib/use-query';
import { HolderPhoto } from '../../../parts/attachments/HolderPhoto';
import { useAttachment } from '../../../parts/attachments/use-attachment';

/** The holder's photo, or why it is not there (yet): a borrowed certificate is found by the face. */
export function PersonPhoto({ certificateId }: { readonly certificateId: number | null }) {
  const own = useQuery('attachments.of', certificateId === null ? null : { certificateId });
  const item = certificateId === null ? null : own.data?.photo;
  const photo = useAttachment(certificateId ?? 0, item ?? null);
  return <HolderPhoto isBig item={own.failure ? null : item} photo={photo} />;
}
