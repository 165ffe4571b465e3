import { useEffect, useState } from 'react';
import type { AttachmentItem, AttachmentView } from '../../../shared/ipc/routes/attachments';
import { on } from '../../lib/desk';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';

export interface Attachment {
  /** Null before the first answer. */
  readonly view: AttachmentView | null;
  /** A person's word: fetch it on a held line too, or again. */
  readonly bring: () => void;
}

/** One attachment as it can be seen now; it is asked for again whenever main says that this changed. */
export function useAttachment(certificateId: number, item: AttachmentItem | null): Attachment {
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<AttachmentView | null>(null);
  const id = item?.id ?? null;
  const query = useQuery(
    'attachments.open',
    id === null ? null : { certificateId, id },
    String(round),
  );
  const command = useCommand('attachments.fetch');
  useEffect(
    () =>
      on('attachments.changed', (changed) => {
        if (changed.id !== id) return;
        setAsked(null);
        setRound((n) => n + 1);
      }),
    [id],
  );
  const failure = query.failure ?? command.failure;
  const view: AttachmentView | null =
    failure === null
      ? (asked ?? query.data?.view ?? null)
      : { state: 'failed', error: failure.code };
  return {
    view,
    bring: () => {
      if (id === null) return;
      void command.run({ certificateId, id }).then((answer) => {
        if (answer !== null) setAsked(answer.view);
      });
    },
  };
}
