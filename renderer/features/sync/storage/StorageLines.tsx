import { useState } from 'react';
import type { AttachmentStorage } from '../../../../shared/ipc/routes/attachments';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { Icon } from '../../../ui/Icon';
import { Segmented } from '../../../ui/Segmented';

/** Budgets to choose from, MB; another one that was set is shown beside them. */
const BUDGETS = [200, 500, 2_000] as const;
const MB = 1_000_000;

/** Photos and scans on this device: how much, how much may be, and the way to give the room back. */
export function StorageLines({ moment }: { readonly moment: string }) {
  const t = useT();
  const asked = useQuery('attachments.storage', {}, moment);
  const budget = useCommand('attachments.set-budget');
  const clear = useCommand('attachments.clear');
  const [changed, setChanged] = useState<AttachmentStorage | null>(null);
  const storage = changed ?? asked.data;
  // Whoever reads no records has none of their photos either.
  if (storage === null || asked.failure?.code === 'FORBIDDEN') return null;
  const failure = budget.failure ?? clear.failure;
  const megabytes = storage.budgetBytes / MB;
  const choices = [...new Set<number>([...BUDGETS, megabytes])].sort((a, b) => a - b);
  return (
    <>
      <li>
        <Icon name="scan" size="s" />
        <span className="el">{t('attachment.storage')}</span>
        <span className="end row c2">
          <span className="el">
            {t('attachment.used', {
              used: isolate(formatBytes(storage.usedBytes)),
              count: isolate(formatCount(storage.files)),
            })}
            {storage.waiting > 0
              ? ` · ${t('attachment.waiting', { count: isolate(formatCount(storage.waiting)) })}`
              : ''}
          </span>
          <button
            type="button"
            className="link"
            disabled={clear.isBusy || storage.files === 0}
            title={t('attachment.clear-text')}
            onClick={() => void clear.run({}).then((now) => now && setChanged(now))}
          >
            {t('attachment.clear')}
          </button>
        </span>
      </li>
      <li>
        <Icon name="layers" size="s" />
        <span className="el">{t('attachment.budget')}</span>
        <span className="end">
          <Segmented
            label={t('attachment.budget')}
            value={String(megabytes)}
            choices={choices.map((one) => ({
              value: String(one),
              label: isolate(formatBytes(one * MB)),
            }))}
            onChange={(value) =>
              void budget.run({ megabytes: Number(value) }).then((now) => now && setChanged(now))
            }
          />
        </span>
      </li>
      {failure ? (
        <li>
          <FailureNote failure={failure} />
        </li>
      ) : null}
    </>
  );
}
