import type { RouteOutput } from '../../../../shared/ipc/contract';
import { UNATTENDED_KINDS } from '../../../../shared/protocol/commands';
import type { OutboxState, WorkItem } from '../../../store/outbox-protocol';
import { editableTexts, isCommandKind } from './rewritten';

/** What the sync page shows of the outbox; contents only of what the person wrote. */
export function outboxView(
  state: OutboxState,
  items: readonly WorkItem[],
  userId: string,
): RouteOutput<'outbox.view'> {
  const { underReview, alarm, mirror, receipt } = state;
  return {
    items: items.map((item) => {
      const isOwn = item.actor === userId;
      const isResendable =
        isOwn &&
        item.verdict === 'rejected' &&
        item.payload !== null &&
        isCommandKind(item.kind) &&
        !UNATTENDED_KINDS.has(item.kind);
      const { dseq, kind, verdict, reason, madeMs, judgedMs } = item;
      const texts = isResendable ? editableTexts(item) : {};
      return { dseq, kind, verdict, reason, isOwn, isResendable, texts, madeMs, judgedMs };
    }),
    underReview,
    alarm,
    isCopyKept: mirror !== 'differs',
    receipt: receipt === null ? null : { dseq: receipt.dseq, atMs: receipt.atMs },
  };
}
