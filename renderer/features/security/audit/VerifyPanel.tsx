import { useEffect, useState } from 'react';
import type { AuditVerdict } from '../../../../shared/ipc/routes/audit';
import { useT } from '../../../i18n';
import { on } from '../../../lib/desk';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import { Progress } from '../../../ui/Progress';
import { useEntryWords } from './use-entry-words';

interface VerifyPanelProps {
  readonly verdict: AuditVerdict | null;
  readonly onVerified: () => void;
}

/** Whether the log holds together, and where exactly it does not. */
export function VerifyPanel({ verdict, onVerified }: VerifyPanelProps) {
  const t = useT();
  const verify = useCommand('audit.verify');
  const cancel = useCommand('audit.cancel');
  const [{ done, total }, setProgress] = useState({ done: 0, total: 0 });
  useEffect(() => on('audit.progressed', setProgress), []);
  const start = async () => {
    setProgress({ done: 0, total: 0 });
    if ((await verify.run({})) !== null) onVerified();
  };
  const isCancelled = verify.failure?.code === 'CANCELLED';
  return (
    <section className="panel none-grow">
      <header>
        <h2>{t('audit.verify-title')}</h2>
      </header>
      {verify.failure && !isCancelled ? <FailureNote failure={verify.failure} /> : null}
      {verify.isBusy ? (
        <div className="bkrun">
          <Progress
            icon="chain"
            title={t('audit.verifying')}
            done={done}
            total={total}
            detail={`${formatCount(done)} / ${formatCount(total)}`}
            remaining=""
            action={
              <Button size="s" disabled={cancel.isBusy} onClick={() => void cancel.run({})}>
                {t('act.cancel')}
              </Button>
            }
          />
        </div>
      ) : (
        <div className="body auditact">
          {verdict === null ? (
            <p className="c2">{t('audit.verify-none')}</p>
          ) : (
            <Verdict verdict={verdict} />
          )}
          <Button icon="chain" onClick={() => void start()}>
            {t('audit.verify')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Verdict({ verdict }: { readonly verdict: AuditVerdict }) {
  const t = useT();
  const { broken } = verdict;
  return (
    <>
      {broken === null ? (
        <Notice tone="ok" icon="shieldok">
          {t('audit.intact')}
        </Notice>
      ) : (
        <>
          <Notice tone="bad" icon="bad">
            {t('audit.broken', {
              seq: isolate(broken.seq),
              fault: t(`audit.fault-${broken.fault}`),
            })}
          </Notice>
          <Place word={t('audit.before')} place={broken.before} />
          <Place word={t('audit.at')} place={broken.at} />
          <p className="c2">{t('audit.keep')}</p>
        </>
      )}
      <ul className="lines">
        <li>
          {t('audit.verified-at')}
          <span className="end num">{formatTime(verdict.atMs)}</span>
        </li>
        {/* How much holds is said by the place of the break. */}
        {broken === null ? <Held verdict={verdict} /> : null}
      </ul>
      <p className="t12 c3">{t(verdict.isKeyed ? 'audit.keyed-yes' : 'audit.keyed-no')}</p>
    </>
  );
}

/** What was found whole: how much of it, and by what it is known again. */
function Held({ verdict }: { readonly verdict: AuditVerdict }) {
  const t = useT();
  return (
    <>
      <li>
        {t('audit.entries')}
        <span className="end num">{formatCount(verdict.entries)}</span>
      </li>
      <li>
        {t('audit.signatures')}
        <span className="end num">{formatCount(verdict.signatures)}</span>
      </li>
      <li title={verdict.head}>
        {t('audit.head')}
        <span className="end num sel">{verdict.head.slice(0, 16)}</span>
      </li>
    </>
  );
}

type Broken = NonNullable<AuditVerdict['broken']>;

function Place({ word, place }: { readonly word: string; readonly place: Broken['at'] }) {
  const t = useT();
  const words = useEntryWords();
  return (
    <p className="auditplace">
      <span className="t12 c3">{word}</span>
      {place === null ? (
        t('audit.no-entry')
      ) : (
        <>
          <span className="num">
            {isolate(place.seq)} {isolate(formatTime(place.atMs))}
          </span>
          <bdi>{words.person(place.actor, place.name)}</bdi>
          <span>{words.act(place.kind)}</span>
        </>
      )}
    </p>
  );
}
