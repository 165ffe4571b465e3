import { useEffect, useRef, useState } from 'react';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { kindText, statusText } from '../../../lib/kind-words';
import { useCommand } from '../../../lib/use-command';
import { useMoment } from '../../../lib/use-moment';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { ReportDialog } from '../../../parts/report/ReportDialog';
import { Button } from '../../../ui/Button';
import { PageState, Skeleton } from '../../../ui/PageState';
import { Switch } from '../../../ui/Switch';
import { CameraPanel } from '../scan/CameraPanel';
import { type Entered, useWedge } from '../scan/use-wedge';
import { VerdictBand } from '../scan/VerdictBand';
import { verdictLook } from '../scan/verdict-look';
import { BeginVisit } from './BeginVisit';
import { CloseVisit } from './CloseVisit';
import { MissingDialog } from './MissingDialog';
import { PersonPhoto } from './PersonPhoto';
import { Roster } from './Roster';
import { soundFor } from './sound';

/** The queue outside: scan or type one after another, one large verdict each, a roster beside it. */
export function GroupTab() {
  const current = useQuery('site.current', {});
  const [visit, setVisit] = useState<SiteVisitView | null>(null);
  const [isClosed, setClosed] = useState(false);
  const t = useT();
  useEffect(() => {
    if (current.data !== null) setVisit(current.data.visit);
  }, [current.data]);
  if (current.failure)
    return (
      <section className="panel grow">
        <FailureState failure={current.failure} onRetry={current.reload} />
      </section>
    );
  if (current.data === null)
    return (
      <section className="panel grow">
        <Skeleton label={t('state.loading')} rows={6} />
      </section>
    );
  if (visit === null || isClosed)
    return (
      <BeginVisit
        closed={isClosed ? visit : null}
        onBegun={(begun) => {
          setClosed(false);
          setVisit(begun);
        }}
      />
    );
  return (
    <Queue
      visit={visit}
      onChange={setVisit}
      onClosed={(closed) => {
        setVisit(closed);
        setClosed(true);
      }}
    />
  );
}

/** A report and whom it is about: what it was opened on, whoever stands there by now. */
type Reported = Pick<React.ComponentProps<typeof ReportDialog>, 'kind' | 'about'>;

interface QueueProps {
  readonly visit: SiteVisitView;
  readonly onChange: (visit: SiteVisitView) => void;
  readonly onClosed: (visit: SiteVisitView) => void;
}

function Queue({ visit, onChange, onClosed }: QueueProps) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const check = useCommand('site.check');
  const frame = useCommand('site.frame');
  const undo = useCommand('site.undo');
  const [last, setLast] = useState<ScanCheck | null>(null);
  const [dialog, setDialog] = useState<'missing' | 'close' | null>(null);
  const [isCamera, setCamera] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const [hasSound, setSound] = useState(false);
  const [report, setReport] = useState<Reported | null>(null);
  const moment = useMoment();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said of the person before is of a moment that is over
  useEffect(() => setLast(null), [moment]);
  const take = async (text: string, by: Entered) => {
    // Whatever becomes of this check, nobody stands under the verdict of the one before.
    setLast(null);
    undo.forget();
    const answer = await check.run({ text, by });
    if (answer !== null) show(answer);
  };
  const show = (answer: { readonly check: ScanCheck; readonly visit: SiteVisitView }) => {
    setLast(answer.check);
    onChange(answer.visit);
    if (hasSound) soundFor(verdictLook(answer.check.verdict).tone);
  };
  const takeFrame = async (bytes: Uint8Array) => {
    // What lies before the camera while a question is open belongs to nobody's turn.
    if (document.querySelector('dialog[open]') !== null) return;
    const answer = await frame.run({ bytes });
    if (answer === null) {
      setLast(null);
      return;
    }
    setHeld(answer.isHeld);
    if (answer.last !== null) show(answer.last);
  };
  const wedge = useWedge(field, (text, by) => void take(text.slice(0, 100_000), by));
  const person = visit.people.at(-1);
  const failure = check.failure ?? undo.failure;
  // Masked, and there only where one person was found: of several nobody's face is shown, and no report is about one of them.
  const photoOf = last?.holder == null ? null : (last.certificates[0]?.id ?? null);
  const aboutOf = (certificate: number) => ({
    certificate,
    rev: 1,
    title: last?.holder ?? '–',
  });
  const about = photoOf !== null && last?.certificates.length === 1 ? aboutOf(photoOf) : null;
  return (
    <div className="group">
      <div className="groupmain">
        <section className="panel groupin">
          <textarea
            ref={field}
            className="area"
            rows={1}
            // biome-ignore lint/a11y/noAutofocus: a scanner types wherever the focus is; here is where it belongs
            autoFocus
            spellCheck={false}
            aria-label={t('scan.input')}
            placeholder={t('group.placeholder')}
            onKeyDown={wedge.onKeyDown}
            onPaste={wedge.onPaste}
          />
          <Button look="primary" size="xl" icon="scan" disabled={check.isBusy} onClick={wedge.end}>
            {t('scan.check')}
          </Button>
          <Button size="xl" icon="eye" disabled={isCamera} onClick={() => setCamera(true)}>
            {t('scan.camera')}
          </Button>
        </section>
        {isCamera ? (
          <CameraPanel
            isHeld={isHeld}
            failure={frame.failure}
            onFrame={takeFrame}
            onClose={() => setCamera(false)}
          />
        ) : null}
        <section className="panel groupnow" aria-live="assertive">
          {last === null && failure ? (
            <FailureState failure={failure} />
          ) : last === null ? (
            <PageState icon="scan" title={t('group.next')} text={t('group.next-text')} />
          ) : (
            <>
              <VerdictBand check={last} />
              <div className="body">
                <PersonPhoto key={photoOf} certificateId={photoOf} />
                <div className="who">
                  <b className="t28">
                    <bdi>{last.holder ?? last.says.name ?? '–'}</bdi>
                  </b>
                  <span className="mono c2">{last.says.number ?? ''}</span>
                  {last.company === null ? null : (
                    <span className="c2">
                      <bdi>{last.company}</bdi>
                    </span>
                  )}
                  {last.certificates.map((one) => (
                    <span key={one.id} className="t12 c3">
                      {one.kind === null ? '' : kindText(t, one.kind)} ·{' '}
                      {statusText(t, one.status, one.kind)}
                    </span>
                  ))}
                  <span className="row wrap">
                    {last.holder === null
                      ? null
                      : last.certificates.map((one) => (
                          // Of several the person says which: a report is about one.
                          <Button
                            key={one.id}
                            size="l"
                            icon="field"
                            onClick={() =>
                              setReport({ kind: 'field-check', about: aboutOf(one.id) })
                            }
                          >
                            {t('report.act-field-check')}
                            {about === null && one.kind !== null
                              ? ` · ${kindText(t, one.kind)}`
                              : null}
                          </Button>
                        ))}
                    <Button
                      size="l"
                      icon="warn"
                      onClick={() => setReport({ kind: 'suspected-fake', about })}
                    >
                      {t('report.act-suspected-fake')}
                    </Button>
                  </span>
                </div>
              </div>
            </>
          )}
        </section>
        {failure && last !== null ? <FailureNote failure={failure} /> : null}
        <div className="row wrap groupacts">
          <Button size="xl" icon="bad" onClick={() => setDialog('missing')}>
            {t('group.missing')}
          </Button>
          <Button
            size="xl"
            icon="undo"
            disabled={undo.isBusy || person === undefined}
            onClick={async () => {
              const answer = await undo.run({});
              if (answer === null) return;
              setLast(null);
              onChange(answer.visit);
            }}
          >
            {t('group.undo')}
          </Button>
          <span className="row">
            <Switch labelledBy="group-sound" isOn={hasSound} onChange={setSound} />
            <span id="group-sound">{t('group.sound')}</span>
          </span>
          <span className="end">
            <Button
              size="xl"
              look="primary"
              icon="ok"
              disabled={person === undefined}
              onClick={() => setDialog('close')}
            >
              {t('group.finish')}
            </Button>
          </span>
        </div>
      </div>
      <Roster visit={visit} />
      {report === null ? null : <ReportDialog {...report} onClose={() => setReport(null)} />}
      {dialog === 'missing' ? (
        <MissingDialog
          onClose={() => setDialog(null)}
          onDone={(next) => {
            setDialog(null);
            setLast(null);
            onChange(next);
          }}
        />
      ) : null}
      {dialog === 'close' ? (
        <CloseVisit
          visit={visit}
          onChange={onChange}
          onClose={() => setDialog(null)}
          onDone={onClosed}
        />
      ) : null}
    </div>
  );
}
