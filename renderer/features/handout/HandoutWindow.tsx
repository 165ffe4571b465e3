import { type SubmitEvent, useCallback, useEffect, useState } from 'react';
import { applyLocale, useT } from '../../i18n';
import { invoke } from '../../lib/desk';
import { isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { Notice, Skeleton } from '../../ui/PageState';
import { Stepper } from '../../ui/Stepper';
import { TextInput } from '../../ui/TextInput';
import { PartSheet } from './PartSheet';

const close = () => void invoke('handout.close', {});

/** Hands out the two parts of the recovery key, one at a time, to two people. */
export function HandoutWindow() {
  const t = useT();
  const shown = useQuery('handout.shown', {});
  const print = useCommand('handout.print');
  const confirm = useCommand('handout.confirm');
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const [printed, setPrinted] = useState<{
    readonly part: string;
    readonly outcome: string;
  } | null>(null);
  const { data, reload } = shown;
  const failure = confirm.failure ?? print.failure;

  useEffect(() => {
    if (!data) return;
    applyLocale(data.locale);
    document.documentElement.dataset.theme = data.theme;
  }, [data]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  const act = useCallback(async () => {
    const answer = await confirm.run({ typed });
    if (answer === null) return;
    setTyped('');
    setWrong(answer.outcome === 'wrong');
    if (answer.outcome === 'next') {
      setPrinted(null);
      reload();
    }
  }, [confirm.run, typed, reload]);
  const doPrint = async () => {
    const part = data?.part;
    const answer = await print.run({});
    // The answer may come when the other part is on screen already.
    setPrinted(answer && part ? { part, outcome: answer.outcome } : null);
  };
  return (
    <main className="win handout">
      <div className="bar">
        <Icon name="key" />
        <span>{t('handout.window')}</span>
        <span className="c">{t('handout.only-here')}</span>
        <button type="button" aria-label={t('act.close')} onClick={close}>
          <Icon name="x" size="s" />
        </button>
      </div>
      <div className="in">
        {shown.failure ? (
          <FailureState failure={shown.failure} onRetry={reload} />
        ) : data === null ? (
          <Skeleton label={t('state.loading')} />
        ) : (
          <>
            <Stepper
              label={t('handout.steps')}
              names={[t('handout.part-a-step'), t('handout.part-b-step')]}
              current={data.part === 'a' ? 0 : 1}
            />
            <PartSheet shown={data} />
            <form
              className="handback"
              onSubmit={(event: SubmitEvent) => {
                event.preventDefault();
                void act();
              }}
            >
              <Field
                label={t('handout.type-back', { group: isolate(data.askedGroup) })}
                error={isWrong ? t('handout.typed-wrong') : null}
              >
                {(ids) => (
                  <TextInput
                    id={ids.control}
                    aria-describedby={ids.describedBy}
                    dir="ltr"
                    className="code-input"
                    maxLength={4}
                    autoComplete="off"
                    value={typed}
                    onChange={(event) => setTyped(event.target.value.toUpperCase())}
                  />
                )}
              </Field>
              <Button
                type="submit"
                look="primary"
                size="l"
                icon="check"
                disabled={typed.length !== 4 || confirm.isBusy}
              >
                {t('handout.have-it')}
              </Button>
            </form>
            {printed?.part !== data.part ? null : (
              <Notice tone={printed.outcome === 'printed' ? 'ok' : 'warn'} icon="print">
                {t(
                  printed.outcome === 'printed'
                    ? 'handout.printed'
                    : printed.outcome === 'cancelled'
                      ? 'handout.print-cancelled'
                      : 'handout.no-printer',
                )}
              </Notice>
            )}
            {failure ? <FailureNote failure={failure} /> : null}
          </>
        )}
      </div>
      <div className="ft">
        <span className="t12 c2">{t('handout.once')}</span>
        <Button
          className="end"
          size="l"
          icon="print"
          disabled={data === null || print.isBusy}
          onClick={() => void doPrint()}
        >
          {t('handout.print')}
        </Button>
        <Button size="l" onClick={close}>
          {t('handout.later')}
        </Button>
      </div>
    </main>
  );
}
