import type { Generation } from '../../../../shared/ipc/routes/backup';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Tag } from '../../../ui/Tag';

const LOOKS = {
  sound: { tone: 'ok', icon: 'ok' },
  unproven: { tone: 'warn', icon: 'warn' },
  'no-slice': { tone: 'warn', icon: 'info' },
  altered: { tone: 'bad', icon: 'bad' },
  'other-key': { tone: 'off', icon: 'key' },
  newer: { tone: 'off', icon: 'up' },
} as const;

interface GenerationTableProps {
  readonly generations: readonly Generation[];
  readonly isBusy: boolean;
  readonly onProve: (generation: number, isDrill: boolean) => void;
}

/** Every finished backup on the place, newest first, with what can be done to trust it. */
export function GenerationTable({ generations, isBusy, onProve }: GenerationTableProps) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0} aria-label={t('backup.generations')}>
      <table className="tbl gens">
        <colgroup>
          <col className="w64" />
          <col className="w140" />
          <col className="w80" />
          <col className="w80" />
          <col className="w96" />
          <col className="w120" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('backup.generation')}</th>
            <th scope="col">{t('backup.when')}</th>
            <th scope="col">{t('backup.kind')}</th>
            <th scope="col" className="r">
              {t('backup.size')}
            </th>
            <th scope="col" className="r">
              {t('backup.rows')}
            </th>
            <th scope="col">{t('backup.state')}</th>
            <th scope="col">
              <span className="vh">{t('backup.acts')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {generations.map((one) => {
            const isUsable = one.state === 'sound' || one.state === 'unproven';
            return (
              <tr key={one.generation}>
                <td className="num">{one.generation}</td>
                <td>
                  <span className="num">
                    {one.createdMs === 0 ? '–' : formatTime(one.createdMs)}
                  </span>
                </td>
                <td>{one.createdMs === 0 ? '–' : t(`backup.${one.kind}`)}</td>
                <td className="r num">{one.bytes === 0 ? '–' : isolate(formatBytes(one.bytes))}</td>
                <td className="r num">{one.rows === 0 ? '–' : formatCount(one.rows)}</td>
                <td>
                  <Tag look="text" {...LOOKS[one.state]}>
                    {t(`backup.${one.state}`)}
                  </Tag>
                </td>
                <td className="acts">
                  {isUsable ? (
                    <span className="row">
                      <Button
                        look="quiet"
                        size="s"
                        disabled={isBusy}
                        onClick={() => onProve(one.generation, false)}
                      >
                        {t('backup.verify')}
                      </Button>
                      <Button
                        look="quiet"
                        size="s"
                        disabled={isBusy}
                        onClick={() => onProve(one.generation, true)}
                      >
                        {t('backup.drill')}
                      </Button>
                    </span>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
