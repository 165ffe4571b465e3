import { useEffect, useRef, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/PageState';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';
import { goingOf, showRun, useDraft, wishOf } from './draft-store';

const GROUPS = [3, 3] as const;
const DIGITS = 6;

/** A code by short message, asked for and answered over the line. */
export function PhoneFactor() {
  const t = useT();
  const draft = useDraft();
  const ask = useCommand('exports.ask-code');
  const answer = useCommand('exports.answer-code');
  const entry = useRef<SecretHandle>(null);
  const [asked, setAsked] = useState<RouteOutput<'exports.ask-code'> | null>(null);
  const [length, setLength] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const [practice, setPractice] = useState<string | null>(null);
  useEffect(() => on('practice.sms', ({ text }) => setPractice(text)), []);
  const sent = asked?.outcome === 'sent' ? asked : null;

  const send = async () => {
    setError(null);
    entry.current?.clear();
    setAsked(await ask.run(wishOf(draft)));
    entry.current?.focus();
  };
  const go = async () => {
    if (sent === null || answer.isBusy || length < DIGITS) return;
    const code = entry.current?.take() ?? new Uint8Array();
    const given = await answer.run({ challenge: sent.challenge, code, ...goingOf(draft) });
    code.fill(0);
    if (given?.outcome === 'started') showRun(given);
    else if (given?.outcome === 'code-wrong')
      setError(t('exports.sms-wrong', { count: isolate(given.triesLeft) }));
    else if (given?.outcome === 'code-ended') {
      setAsked(null);
      setError(t('exports.sms-ended'));
    }
    entry.current?.focus();
  };
  return (
    <div className="factors">
      <div>
        <p className="c2">{t('exports.sms-text')}</p>
        <Button
          size="l"
          icon="up"
          disabled={ask.isBusy || answer.isBusy}
          onClick={() => void send()}
        >
          {sent === null ? t('exports.sms-send') : t('exports.sms-again')}
        </Button>
        {ask.failure ? <FailureNote failure={ask.failure} /> : null}
        {asked !== null && asked.outcome !== 'sent' ? (
          <Notice tone="warn" icon="warn">
            {asked.outcome === 'too-many'
              ? t('exports.sms-too-many', { time: isolate(formatTime(asked.againMs)) })
              : t(`exports.sms-${asked.outcome}`)}
          </Notice>
        ) : null}
        {practice === null ? null : (
          <Notice tone="info" icon="info">
            {t('exports.sms-practice')} {isolate(practice)}
          </Notice>
        )}
      </div>
      <div>
        <Field
          label={
            sent === null
              ? t('exports.sms-code')
              : t('exports.sms-sent', {
                  to: isolate(sent.to),
                  time: isolate(formatTime(sent.expiresMs)),
                })
          }
          error={error}
        >
          {(ids) => (
            <SecretEntry
              ref={entry}
              isLarge
              label={t('exports.sms-code')}
              placeholder={t('exports.sms-code')}
              describedBy={ids.describedBy}
              isDisabled={sent === null || answer.isBusy}
              groups={GROUPS}
              onSubmit={() => void go()}
              onLength={setLength}
            />
          )}
        </Field>
        {answer.failure ? <FailureNote failure={answer.failure} /> : null}
        <Button
          look="primary"
          size="l"
          icon="seal"
          disabled={sent === null || answer.isBusy || length < DIGITS}
          onClick={() => void go()}
        >
          {t('exports.start')}
        </Button>
      </div>
    </div>
  );
}
