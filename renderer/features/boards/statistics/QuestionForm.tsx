import { EPSILONS, STATISTICS_TABLES } from '../../../../shared/domain/statistics/question';
import type { RouteInput } from '../../../../shared/ipc/contract';
import { useT } from '../../../i18n';
import { Button } from '../../../ui/Button';
import { Segmented } from '../../../ui/Segmented';
import { ChipSelect } from '../../../ui/Select';

export type StatisticsQuestion = RouteInput<'statistics.release'>;

/** Smallest figures shown that can be chosen; the route takes others from 1 on. */
const LEAST = [1, 5, 10, 20, 50] as const;
const wordOf = (epsilon: string): string => (epsilon === '1/1' ? '1' : epsilon);

interface QuestionFormProps {
  readonly question: StatisticsQuestion;
  readonly isBusy: boolean;
  readonly onChange: (question: StatisticsQuestion) => void;
  readonly onPreview: () => void;
}

/** Which table, with how much noise, from which figure on. */
export function QuestionForm({ question, isBusy, onChange, onPreview }: QuestionFormProps) {
  const t = useT();
  return (
    <div className="row g12 statform">
      <Segmented
        label={t('statistics.table')}
        value={question.table}
        choices={STATISTICS_TABLES.map((value) => ({ value, label: t(`statistics.${value}`) }))}
        onChange={(table) => onChange({ ...question, table })}
      />
      <span className="row">
        <span className="t12 c2">{t('statistics.epsilon')}</span>
        <Segmented
          label={t('statistics.epsilon')}
          value={question.epsilon}
          choices={EPSILONS.map((value) => ({ value, label: <bdi>{wordOf(value)}</bdi> }))}
          onChange={(epsilon) => onChange({ ...question, epsilon })}
        />
      </span>
      <ChipSelect
        label={t('statistics.least')}
        value={String(question.least)}
        choices={LEAST.map((value) => ({ value: String(value), label: String(value) }))}
        onChange={(value) => onChange({ ...question, least: Number(value) })}
      />
      <span className="end">
        <Button icon="eye" disabled={isBusy} onClick={onPreview}>
          {t('statistics.preview')}
        </Button>
      </span>
    </div>
  );
}
