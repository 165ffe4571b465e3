import type { ShownTemplate } from '../../../shared/ipc/routes/export-factors';
import { useLocale, useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useQuery } from '../../lib/use-query';
import { ChipSelect } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { useDraft } from './draft-store';

/** Which form of the policy the package gets, and what that means in words. */
export function TemplateField({ limit }: { readonly limit: number }) {
  const t = useT();
  const locale = useLocale();
  const factors = useQuery('exports.factors', {});
  const chosen = useDraft((draft) => draft.template);
  const templates = factors.data?.templates ?? [];
  const template = templates.find(({ id }) => id === chosen?.id) ?? templates[0] ?? null;
  const choose = (next: ShownTemplate | undefined) => {
    if (next === undefined) return;
    useDraft.setState(({ isForOne }) => ({
      template: next,
      isForOne: next.needsRecipient || isForOne,
    }));
  };
  if (template === null) return null;
  return (
    <div className="row wrap">
      <ChipSelect
        label={t('template.title')}
        value={template.id}
        choices={templates.map((one) => ({ value: one.id, label: one.names[locale] }))}
        onChange={(id) => choose(templates.find((one) => one.id === id))}
      />
      <span className="c2">
        {[
          t('template.columns', { count: isolate(template.columns.length) }),
          t(`template.masking-${template.masking}`),
          t(template.hasList ? 'template.list' : 'template.no-list'),
          ...(template.records === 'none' ? [] : [t(`template.records-${template.records}`)]),
          ...(template.maxRows < limit
            ? [t('template.rows', { count: isolate(formatCount(template.maxRows)) })]
            : []),
        ].join(t('filter.and'))}
      </span>
      {template.needsRecipient ? (
        <Tag look="text" tone="info" icon="key">
          {t('template.recipient')}
        </Tag>
      ) : null}
    </div>
  );
}
