import { type ClipboardEvent, type DragEvent, useRef, useState } from 'react';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { formatTime } from '../../../lib/format';
import { readFile } from '../../../lib/read-file';
import { useTurns } from '../../../lib/turns';
import { useCommand } from '../../../lib/use-command';
import { useMoment } from '../../../lib/use-moment';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Num } from '../../../ui/Num';
import { Notice, PageState } from '../../../ui/PageState';
import { ProgressBar } from '../../../ui/Progress';
import { Tag } from '../../../ui/Tag';
import { AskedList } from './AskedList';
import { CameraPanel } from './CameraPanel';
import { NationalNote } from './NationalNote';
import { ScanResult } from './ScanResult';
import { addScans, beginScan, useScans } from './scan-store';
import { useVerdictWords } from './use-verdict-words';
import { type Entered, useWedge } from './use-wedge';
import { verdictLook } from './verdict-look';

const MOST_TEXT = 100_000;
const MOST_PICTURE = 20_000_000;

/** A code or a certificate's text: scanned, typed, pasted, or out of a picture; then the verdict. */
export function ScanTab() {
  const t = useT();
  const words = useVerdictWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const check = useCommand('scan.check');
  const picture = useCommand('scan.picture');
  const frame = useCommand('scan.frame');
  const { entries, isShown } = useScans();
  const [chosen, setChosen] = useState<number | null>(null);
  const [isOver, setOver] = useState(false);
  const [isCamera, setCamera] = useState(false);
  const [isNothing, setNothing] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  /** What failed was the paper before; another one is on its way or there. */
  const [isBefore, setBefore] = useState(false);
  const turns = useTurns();
  const moment = useMoment();
  const shown = entries.find(({ key }) => key === chosen) ?? (isShown ? entries[0] : undefined);

  const begin = () => {
    beginScan();
    setChosen(null);
    setNothing(false);
    setRefused(null);
    setBefore(false);
    check.forget();
    picture.forget();
    return turns.begin();
  };
  /** A late answer of the paper before goes among the earlier ones: another lies there by now. */
  const put = (checks: readonly ScanCheck[], isNewest: boolean) => {
    const top = addScans(checks, moment, !isNewest);
    if (!isNewest) return;
    setNothing(top === null);
    setChosen(top);
  };
  const take = async (text: string, by: Entered) => {
    const isNewest = begin();
    // What is longer still is cut for the way: no code can hold it, and that is what the answer says.
    const answer = await check.run({ text: text.slice(0, MOST_TEXT), by });
    if (answer === null) setBefore(!isNewest());
    else put([answer.check], isNewest());
  };
  const takePicture = async (file: File | undefined) => {
    const isNewest = begin();
    if (file !== undefined && file.size > MOST_PICTURE) {
      setRefused({ code: 'SCAN_PICTURE_TOO_LARGE', params: {}, ref: '' });
      return;
    }
    // A stick that was pulled, a file that is gone: it was dropped and cannot be read.
    const bytes = file === undefined ? undefined : await readFile(file);
    if (bytes === null || bytes?.length === 0) {
      setRefused(
        bytes === null
          ? { code: 'FILE_UNREADABLE', params: { name: file?.name ?? '' }, ref: '' }
          : { code: 'SCAN_PICTURE_TYPE', params: {}, ref: '' },
      );
      return;
    }
    const answer = await picture.run(bytes === undefined ? {} : { bytes });
    if (answer === null) setBefore(!isNewest());
    else if (answer.checks) put(answer.checks, isNewest());
  };
  const wedge = useWedge(field, (text, by) => void take(text, by));
  const paste = (event: ClipboardEvent) => {
    const file = event.clipboardData.files[0];
    if (file === undefined) return wedge.onPaste();
    event.preventDefault();
    void takePicture(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) void takePicture(file);
  };
  const failure = refused ?? check.failure ?? picture.failure;
  return (
    <div className="scan">
      <div className="scanleft">
        <section className="panel scanin">
          <label className="t12 c2" htmlFor="scan-text">
            {t('scan.input')}
          </label>
          <textarea
            id="scan-text"
            ref={field}
            className="area"
            rows={3}
            // biome-ignore lint/a11y/noAutofocus: a scanner types wherever the focus is; here is where it belongs
            autoFocus
            spellCheck={false}
            placeholder={t('scan.placeholder')}
            onKeyDown={wedge.onKeyDown}
            onPaste={paste}
          />
          <div className="row wrap">
            <Button look="primary" icon="scan" disabled={check.isBusy} onClick={wedge.end}>
              {t('scan.check')}
            </Button>
            <Button icon="qr" disabled={picture.isBusy} onClick={() => void takePicture(undefined)}>
              {t('scan.choose-picture')}
            </Button>
            <Button icon="eye" disabled={isCamera} onClick={() => setCamera(true)}>
              {t('scan.camera')}
            </Button>
          </div>
          {isCamera ? (
            <CameraPanel
              isHeld={false}
              failure={frame.failure}
              onFrame={async (bytes) => {
                const isNewest = turns.present();
                const answer = await frame.run({ bytes });
                if (answer === null || answer.checks.length === 0) return;
                setCamera(false);
                const isLast = isNewest();
                if (isLast) begin();
                put(answer.checks, isLast);
              }}
              onClose={() => setCamera(false)}
            />
          ) : null}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
          <div
            className={`drop${isOver ? ' over' : ''}`}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
          >
            <Icon name="qr" />
            <span className="c2 t12">{t('scan.drop')}</span>
          </div>
          {picture.isBusy ? <ProgressBar label={t('scan.reading')} percent={null} /> : null}
          {failure && isBefore ? (
            <Notice tone="warn" icon="warn">
              {t('scan.before-failed')}
            </Notice>
          ) : null}
          {failure ? <FailureNote failure={failure} /> : null}
          {isNothing ? (
            <Notice tone="warn" icon="warn">
              {t('scan.no-code')}
            </Notice>
          ) : null}
          <p className="t12 c3">{t('scan.promise')}</p>
        </section>
        {entries.length > (shown === undefined ? 0 : 1) ? (
          <section className="panel scanlist">
            <header>
              <h2>{t('scan.earlier')}</h2>
            </header>
            <ul>
              {entries.map(({ key, atMs, moment: of, check: one }) => {
                const look = verdictLook(one.verdict);
                const { tone, icon } = of === moment ? look : { ...look, tone: 'off' as const };
                return (
                  <li key={key}>
                    <button
                      type="button"
                      aria-pressed={key === shown?.key}
                      onClick={() => setChosen(key)}
                    >
                      <Tag tone={tone} icon={icon} look="text">
                        {words.verdict(one.verdict, one.certificates)}
                      </Tag>
                      <bdi className="el">
                        {one.holder ?? one.says.name ?? one.says.number ?? '–'}
                      </bdi>
                      <span className="end t12 c3">
                        <Num>{formatTime(atMs).slice(11)}</Num>
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        ) : null}
        <AskedList />
        <NationalNote />
      </div>
      {shown === undefined ? (
        <section className="panel grow">
          <PageState icon="scan" title={t('scan.empty')} text={t('scan.empty-text')} />
        </section>
      ) : (
        <ScanResult
          key={shown.key}
          check={shown.check}
          overSinceMs={shown.moment === moment ? null : shown.atMs}
        />
      )}
    </div>
  );
}
