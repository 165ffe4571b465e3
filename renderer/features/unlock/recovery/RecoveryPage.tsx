import { useEffect, useRef, useState } from 'react';
import type { DiagnosisView } from '../../../../shared/ipc/routes/recovery';
import { useT } from '../../../i18n';
import { lockDesk, reloadDesk, useDesk } from '../../../lib/desk-store';
import { formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { useFailureText } from '../../../parts/use-failure-text';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Icon } from '../../../ui/Icon';
import { Notice } from '../../../ui/PageState';
import { Progress } from '../../../ui/Progress';
import { Choice } from './Choice';
import { fileWord } from './damage-words';
import { Findings } from './Findings';

/** A file of the office does not open: what is damaged, what is safe, and what can be done. Nothing happens by itself. */
export function RecoveryPage() {
  const t = useT();
  const text = useFailureText();
  const fault = useDesk((store) => store.state?.recovery);
  const [diagnosis, setDiagnosis] = useState<DiagnosisView | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const diagnose = useCommand('recovery.diagnose');
  const refetch = useCommand('recovery.refetch');
  const mend = useCommand('recovery.mend');
  const renew = useCommand('recovery.renew');
  const save = useCommand('recovery.export');
  const retry = useCommand('recovery.retry');
  const isOpen = fault?.isOpen ?? false;
  const hasStarted = useRef(false);
  const { run: runDiagnosis } = diagnose;
  useEffect(() => {
    if (!isOpen || hasStarted.current) return;
    hasStarted.current = true;
    void runDiagnosis({}).then(setDiagnosis);
  }, [isOpen, runDiagnosis]);
  if (!fault) return null;

  const isBusy = [diagnose, refetch, mend, renew, save, retry].some((one) => one.isBusy);
  const failure =
    diagnose.failure ??
    mend.failure ??
    refetch.failure ??
    renew.failure ??
    save.failure ??
    retry.failure;
  const isSlice = fault.file === 'slice.db';
  const isJournal = fault.file === 'journal.db';
  const isNewer = fault.code === 'STORE_FROM_FUTURE';
  const state = fault.code === 'STORE_MISSING' ? 'missing' : isNewer ? 'newer' : 'damaged';
  const look = async () => {
    setNote(null);
    const answer = await retry.run({});
    if (answer?.isResolved) await reloadDesk();
    else if (answer) {
      setNote(t('recovery.still-damaged'));
      if (isOpen) setDiagnosis(await diagnose.run({}));
    }
  };
  const exportNow = async () => {
    const answer = await save.run({});
    if (answer?.folder) setNote(t('recovery.exported', { folder: isolate(answer.folder) }));
  };
  const content = diagnosis?.content;
  const harmed = isSlice && diagnosis?.slice?.state === 'damaged' ? diagnosis.slice : null;
  const readable = Object.values(harmed?.readableRows ?? {}).reduce((sum, rows) => sum + rows, 0);
  // Where hardly anything is left the whole is fetched anyway.
  const isMendable = harmed !== null && readable > 0 && harmed.damagedPages < harmed.pages / 2;
  return (
    <div className="col recovery">
      <div className="row g16">
        <span className="ic bad">
          <Icon name="warn" size="l" />
        </span>
        <div>
          <h2 className="t20">{t(`recovery.state-${state}`, { file: fileWord(t, fault.file) })}</h2>
          <p className="c2">{isOpen ? t('recovery.kept') : t('recovery.closed')}</p>
        </div>
      </div>
      {diagnose.isBusy && diagnosis === null ? (
        <Progress title={t('recovery.checking')} done={0} total={0} detail="" remaining="" />
      ) : null}
      {diagnosis ? (
        <Findings diagnosis={diagnosis} />
      ) : isOpen ? null : (
        <p>{text({ code: fault.code as 'INTERNAL', params: { file: fault.file, entry: '' } })}</p>
      )}
      {failure ? <FailureNote failure={failure} /> : null}
      {note ? (
        <Notice tone="info" icon="info">
          {note}
        </Notice>
      ) : null}
      <div className="ways">
        {isMendable ? (
          <Choice
            icon="shieldok"
            look="primary"
            title={t('recovery.mend')}
            text={t('recovery.mend-text', { rows: isolate(formatCount(readable)) })}
            isBusy={isBusy}
            onChoose={() => void mend.run({}).then((done) => done && reloadDesk())}
          />
        ) : null}
        {isSlice && !isNewer ? (
          <Choice
            icon="sync"
            look={isMendable ? 'plain' : 'primary'}
            title={t('recovery.refetch')}
            text={t('recovery.refetch-text')}
            isBusy={isBusy}
            onChoose={() => void refetch.run({}).then((done) => done && reloadDesk())}
          />
        ) : null}
        {fault.file === 'wiped.json' ? null : (
          <Choice
            icon="download"
            title={t('recovery.export')}
            text={t(
              fault.file === 'office.json' || fault.file === 'keyslots.json'
                ? `recovery.export-text-${fault.file}`
                : 'recovery.export-text',
            )}
            isBusy={isBusy}
            onChoose={() => void exportNow()}
          />
        )}
        {isJournal && !isNewer && isOpen ? (
          <Choice
            icon="file"
            look="danger"
            title={t('recovery.renew')}
            text={t('recovery.renew-text')}
            isBusy={isBusy || diagnosis === null}
            onChoose={() => setAsking(true)}
          />
        ) : null}
      </div>
      <div className="row">
        {isOpen ? (
          <Button icon="lock" onClick={() => void lockDesk()}>
            {t('recovery.lock')}
          </Button>
        ) : null}
        <Button className="end" icon="undo" disabled={isBusy} onClick={() => void look()}>
          {t('recovery.retry')}
        </Button>
      </div>
      {isAsking ? (
        <Dialog
          title={t('recovery.renew-title')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('act.cancel')}</Button>
              <Button
                look="danger"
                disabled={isBusy}
                onClick={() => {
                  setAsking(false);
                  void renew.run({ isConfirmed: true }).then((done) => done && reloadDesk());
                }}
              >
                {t('recovery.renew-go')}
              </Button>
            </>
          }
        >
          <p>
            {t('recovery.renew-ask', {
              audit: isolate(formatCount(content?.audit.entries ?? 0)),
              outbox: isolate(formatCount(content?.outbox.readable ?? 0)),
            })}
          </p>
        </Dialog>
      ) : null}
    </div>
  );
}
