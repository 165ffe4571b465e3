import type { SelfCheckRun } from '../../../../shared/ipc/routes/self-check';
import { useT } from '../../../i18n';
import { Tag } from '../../../ui/Tag';
import { useFinding } from './use-finding';

const LOOKS = {
  ok: { tone: 'ok', icon: 'ok' },
  warn: { tone: 'warn', icon: 'warn' },
  bad: { tone: 'bad', icon: 'bad' },
  skipped: { tone: 'off', icon: 'min' },
} as const;

/** Every item of one run: what was found and what to do. */
export function CheckTable({ run }: { readonly run: SelfCheckRun }) {
  const t = useT();
  const finding = useFinding();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0} aria-label={t('check.title')}>
      <table className="tbl findings">
        <colgroup>
          <col className="w180" />
          <col className="w120" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('check.item')}</th>
            <th scope="col">{t('check.result')}</th>
            <th scope="col">{t('check.finding')}</th>
          </tr>
        </thead>
        <tbody>
          {run.items.map((item) => (
            <tr key={item.name} data-item={item.name} data-state={item.state}>
              <th scope="row">{t(`check.item-${item.name}`)}</th>
              <td>
                <Tag look="text" {...LOOKS[item.state]}>
                  {t(`check.state-${item.state}`)}
                </Tag>
              </td>
              <td className="wraps">{finding(item)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
