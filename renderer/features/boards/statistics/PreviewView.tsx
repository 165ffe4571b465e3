import type { RouteOutput } from '../../../../shared/ipc/contract';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import type { StatisticsQuestion } from './QuestionForm';

interface PreviewViewProps {
  readonly seen: RouteOutput<'statistics.preview'>;
  readonly question: StatisticsQuestion;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
}

/** What would leave, how far it errs, what it costs; no figure of it. */
export function PreviewView({ seen, question, isBusy, onConfirm }: PreviewViewProps) {
  const t = useT();
  const { rows, columns, bound, price, budget, after } = seen;
  const count = (value: number) => isolate(formatCount(value));
  const epsilon = isolate(question.epsilon === '1/1' ? '1' : question.epsilon);
  const isRefused = after === null;
  return (
    <div className="statpreview">
      <ul>
        <li>
          {t('statistics.shape', {
            rows: count(rows.length),
            columns: count(columns.length),
            cells: count(rows.length * columns.length),
          })}
        </li>
        <li>{t('statistics.bound', { bound: count(bound) })}</li>
        <li>{t('statistics.small-cells', { least: count(question.least) })}</li>
        <li>{t('statistics.protects')}</li>
      </ul>
      <Notice tone={isRefused ? 'warn' : 'info'} icon={isRefused ? 'warn' : 'info'}>
        {t(`statistics.price-${price}`, {
          epsilon,
          after: isolate(after ?? '0'),
          left: isolate(budget.left),
          year: isolate(budget.year),
          next: isolate(budget.year + 1),
        })}
      </Notice>
      {isRefused ? null : (
        <span className="row statacts">
          <span className="end">
            <Button look="primary" disabled={isBusy} onClick={onConfirm}>
              {price === 'free'
                ? t('statistics.confirm-free')
                : t('statistics.confirm', { epsilon })}
            </Button>
          </span>
        </span>
      )}
    </div>
  );
}
