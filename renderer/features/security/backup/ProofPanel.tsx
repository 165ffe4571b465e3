import type { BackupStatus, CopyProof } from '../../../../shared/ipc/routes/backup';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { Tag } from '../../../ui/Tag';

/** What opening the copies proved, each in one sentence. */
export function ProofPanel({ status }: { readonly status: BackupStatus }) {
  const t = useT();
  return (
    <section className="panel grow">
      <header>
        <h2>{t('backup.proofs')}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="body col proofs" tabIndex={0} aria-label={t('backup.proofs')}>
        <Proof title={t('backup.verified')} good={t('backup.verify-ok')} proof={status.verified} />
        <Proof title={t('backup.drilled')} good={t('backup.drill-ok')} proof={status.drilled} />
        <p className="t12 c3">{t('backup.drill-text')}</p>
      </section>
    </section>
  );
}

function Proof({
  title,
  good,
  proof,
}: {
  readonly title: string;
  readonly good: string;
  readonly proof: CopyProof | null;
}) {
  const t = useT();
  return (
    <div>
      <div className="row">
        <b>{title}</b>
        {proof === null ? (
          <span className="end c3">{t('backup.no-proof')}</span>
        ) : (
          <span className="end">
            <Tag
              look="text"
              tone={proof.isSliceProven ? 'ok' : 'warn'}
              icon={proof.isSliceProven ? 'ok' : 'warn'}
            >
              {proof.isSliceProven ? good : t('backup.unproven')}
            </Tag>
          </span>
        )}
      </div>
      {proof === null ? null : (
        <p className="t12 c2">
          {t(proof.isSliceProven ? 'backup.proof-text' : 'backup.proof-journal', {
            time: isolate(formatTime(proof.atMs)),
            generation: isolate(proof.generation),
            pages: isolate(formatCount(proof.pages)),
            rows: isolate(formatCount(proof.rows)),
            entries: isolate(formatCount(proof.auditEntries)),
            seconds: isolate((proof.tookMs / 1000).toFixed(1)),
          })}
        </p>
      )}
    </div>
  );
}
