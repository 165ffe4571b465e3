import type { BatchVerdict } from '../../../shared/domain/batch/verdicts';
import { type ReadKind, STATUSES, type Status } from '../../../shared/domain/model';
import { useT } from '../../i18n';
import { StatusTag } from '../../parts/StatusTag';
import { Tag } from '../../ui/Tag';

const isStatus = (verdict: BatchVerdict): verdict is Status => Object.hasOwn(STATUSES, verdict);

/** Where a verdict's word stands in the catalogues. */
export function wordOf(verdict: BatchVerdict) {
  return isStatus(verdict) ? (`status.${verdict}` as const) : (`batch.verdict-${verdict}` as const);
}

/** A verdict with its icon and word; statuses look as everywhere, the rest is to be looked into. */
export function VerdictTag({
  verdict,
  kind = null,
}: {
  readonly verdict: BatchVerdict;
  readonly kind?: ReadKind | null;
}) {
  const t = useT();
  if (isStatus(verdict)) return <StatusTag status={verdict} kind={kind} />;
  const isHard = verdict === 'number-invalid' || verdict === 'number-mismatch';
  return (
    <Tag tone={isHard ? 'bad' : 'info'} icon={isHard ? 'bad' : 'info'} look="text">
      {t(wordOf(verdict))}
    </Tag>
  );
}
