import { useQuery } from '../../lib/use-query';
import { ChecksStep } from './ChecksStep';
import { useDraft } from './draft-store';
import type { ExportRecord } from './export-record';
import { FactorStep } from './FactorStep';
import { PurposeStep } from './PurposeStep';
import { RunStep } from './RunStep';
import { ScopeStep } from './ScopeStep';

/** One step at a time; the count is asked again whenever the scope changes. */
export function ExportWizard({ history }: { readonly history: readonly ExportRecord[] }) {
  const step = useDraft((draft) => draft.step);
  const filter = useDraft((draft) => draft.filter);
  const board = useDraft((draft) => draft.board);
  const grant = useDraft((draft) => draft.grant);
  const count = useQuery(
    'exports.count',
    step === 'running'
      ? null
      : { filter, ...(board ? { board } : {}), ...(grant ? { grant } : {}) },
  );
  switch (step) {
    case 'scope':
      return <ScopeStep count={count} />;
    case 'purpose':
      return <PurposeStep />;
    case 'checks':
      return <ChecksStep count={count} />;
    case 'factor':
      return (
        <FactorStep reviewOver={count.data?.reviewOver ?? null} count={count.data?.count ?? 0} />
      );
    case 'running':
      return <RunStep history={history} />;
  }
}
