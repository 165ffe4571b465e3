import type { WorkItemView } from '../../../../shared/ipc/routes/outbox';
import { DECIDED_BY_PERSON } from '../../../../shared/protocol/outbox';
import { type Translate, useT } from '../../../i18n';
import { isolate } from '../../../lib/format';

const KINDS = [
  'export-record',
  'export-request',
  'record-pdf',
  'audit-page',
  'audit-renewal',
  'correction',
  'field-check',
  'suspected-fake',
  'lookup',
  'site-record',
  'cross-region-request',
  'approval',
  'feedback',
  'device-act',
  'saved-item',
  'agreement',
  'audit-checkpoint',
  'import',
  'alert',
] as const;
const REASONS = [
  'form',
  'payload',
  'key',
  'kind',
  'judge-failed',
  'row-gone',
  'row-changed',
  'export-known',
  'export-foreign',
  'ticket-missing',
  'ticket-altered',
  'ticket-unknown',
  'ticket-used',
  'ticket-revoked',
  'ticket-expired',
  'ticket-not-yet-valid',
  'ticket-foreign-office',
  'ticket-foreign-device',
  'ticket-foreign-person',
  'ticket-other-intent',
  'ticket-scope',
  'ticket-purpose',
  'ticket-rows',
  'ticket-review-missing',
  'ticket-grant-unknown',
  'ticket-grant-foreign',
  'ticket-grant-no-export',
  'ticket-grant-scope',
  'ticket-grant-over',
  'grant-unknown',
  'grant-foreign',
  'grant-no-export',
  'grant-scope',
  'grant-over',
  'request-known',
  'requests-many',
  'request-unknown',
  'request-decided',
  'not-approver',
  'region-own',
  'region-unknown',
  'not-endorsed',
  'approval-own',
  'approval-twice',
  'approval-other',
  'approval-beyond',
  'approval-key',
  'not-of-office',
  'audit-chain',
  'audit-renewal',
  'audit-unknown',
  'audit-goes-on',
  'attachment',
  'saved-full',
  'signer-signature',
  'signer-foreign',
  'signer-practice',
  'signer-expired',
  'signer-late',
  'signer-issuer',
  'signer-usage',
  'checkpoint-differs',
  'signer-other',
  'import-differs',
  'import-role',
  'agreement-missing',
] as const;
const FIELDS = ['proposed', 'note', 'holder', 'place', 'purpose', 'basis', 'text'] as const;

function known<T extends string>(list: readonly T[], word: string | null): T | undefined {
  return list.find((one) => one === word);
}

/** A work item in words; what a newer centre says and this build does not know has a wording too. */
export function useItemWords(): {
  readonly kind: (item: WorkItemView) => string;
  readonly reason: (item: WorkItemView) => string;
  readonly field: (name: string) => string;
} {
  const t: Translate = useT();
  return {
    kind: ({ kind }) => t(`outbox.kind-${known(KINDS, kind) ?? 'other'}`),
    reason: ({ reason, verdict }) => {
      if (reason?.startsWith(DECIDED_BY_PERSON)) {
        const text = isolate(reason.slice(DECIDED_BY_PERSON.length));
        return t('outbox.reason-central', { text });
      }
      const word = known(REASONS, reason);
      if (word !== undefined) return t(`outbox.reason-${word}`);
      return t(verdict === 'needs-review' ? 'outbox.review-title' : 'outbox.reason-none');
    },
    field: (name) => t(`outbox.field-${known(FIELDS, name) ?? 'text'}`),
  };
}
