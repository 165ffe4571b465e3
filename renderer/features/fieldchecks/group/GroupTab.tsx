import { useEffect, useRef, useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { SiteVisitView } from '../../../../shared/ipc/routes/site';
import { useT } from '../../../i18n';
import { useTurns } from '../../../lib/turns';
import { useCommand } from '../../../lib/use-command';
import { useMoment } from '../../../lib/use-moment';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { ReportDialog } from '../../../parts/report/ReportDialog';
import { Button } from '../../../ui/Button';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { Switch } from '../../../ui/Switch';
import { CameraPanel } from '../scan/CameraPanel';
import { type Entered, useWedge } from '../scan/use-wedge';
import { verdictLook } from '../scan/verdict-look';
import { BeginVisit } from './BeginVisit';
import { CloseVisit } from './CloseVisit';
import { MissingDialog } from './MissingDialog';
import { PersonNow, type Reported } from './PersonNow';
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

type Answer = RouteOutput<'site.check'>;

/** Who stands at the table. */
interface Shown {
  readonly check: ScanCheck;
  /** The number on the roster; of several in one picture the last one's. */
  readonly n: number;
  /** Data, marks or the day became others while it was checked. */
  readonly isOver: boolean;
}

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
  const [last, setLast] = useState<Shown | null>(null);
  const [dialog, setDialog] = useState<'missing' | 'close' | null>(null);
  const [isCamera, setCamera] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const [hasSound, setSound] = useState(false);
  const [report, setReport] = useState<Reported | null>(null);
  /** What failed was the check of the person before; the next one stands here by now. */
  const [isBefore, setBefore] = useState(false);
  const turns = useTurns();
  const moment = useMoment();
  const present = useRef(moment);
  present.current = moment;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said of the person before is of a moment that is over
  useEffect(() => setLast(null), [moment]);
  /** Numbers are never given again: whom an answer from before an undo still names stays taken away. */
  const gone = useRef(new Set<number>());
  const takeVisit = (next: SiteVisitView) =>
    onChange({ ...next, people: next.people.filter(({ n }) => !gone.current.has(n)) });
  const take = async (text: string, by: Entered) => {
    // Whatever becomes of this check, nobody stands under the verdict of the one before.
    const isNewest = turns.begin();
    setLast(null);
    setBefore(false);
    undo.forget();
    const answer = await check.run({ text, by });
    if (answer === null) setBefore(!isNewest());
    else show(answer, isNewest(), moment);
  };
  /** Whose answer comes after the next one began goes on the roster alone, without a word and a sound. */
  const show = (answer: Answer, isNewest: boolean, of: string) => {
    takeVisit(answer.visit);
    if (!isNewest) return;
    const isOver = of !== present.current;
    setLast({ check: answer.check, n: answer.visit.last, isOver });
    if (hasSound) soundFor(isOver ? 'off' : verdictLook(answer.check.verdict).tone);
  };
  const takeFrame = async (bytes: Uint8Array) => {
    // What lies before the camera while a question is open belongs to nobody's turn.
    if (document.querySelector('dialog[open]') !== null) return;
    const isNewest = turns.present();
    const answer = await frame.run({ bytes });
    if (answer === null) {
      setLast(null);
      return;
    }
    setHeld(answer.isHeld);
    if (answer.last === null) return;
    const isShown = isNewest();
    if (isShown) turns.begin();
    show(answer.last, isShown, moment);
  };
  const takeBack = async (n: number) => {
    const answer = await undo.run({ n });
    if (answer === null) return;
    // Who came meanwhile stays on the roster, and on the page.
    gone.current.add(n);
    setLast((shown) => (shown !== null && shown.n > n ? shown : null));
    takeVisit(answer.visit);
  };
  const wedge = useWedge(field, (text, by) => void take(text.slice(0, 100_000), by));
  const person = visit.people.at(-1);
  const failure = check.failure ?? undo.failure;
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
            <PersonNow check={last.check} isOver={last.isOver} onReport={setReport} />
          )}
        </section>
        {failure && isBefore ? (
          <Notice tone="warn" icon="warn">
            {t('group.before-failed')}
          </Notice>
        ) : null}
        {failure && last !== null ? <FailureNote failure={failure} /> : null}
        <div className="row wrap groupacts">
          <Button size="xl" icon="bad" onClick={() => setDialog('missing')}>
            {t('group.missing')}
          </Button>
          <Button
            size="xl"
            icon="undo"
            disabled={undo.isBusy || person === undefined}
            onClick={() => person && void takeBack(person.n)}
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
            turns.begin();
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
