import { useCallback, useEffect, useRef, useState } from 'react';
import { namesPerson } from '../../../shared/domain/authority/certificate-holder';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { TokenCertificate } from '../../../shared/ipc/routes/signing';
import { applyLocale, useT } from '../../i18n';
import { invoke, on } from '../../lib/desk';
import { isolate } from '../../lib/format';
import { useSteadyPick } from '../../lib/steady-pick';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Notice, Skeleton } from '../../ui/PageState';
import { ProgressBar } from '../../ui/Progress';
import type { SecretHandle } from '../../ui/SecretEntry';
import { CertificateChoice } from './CertificateChoice';
import { PinEntry } from './PinEntry';
import { RequestSummary } from './RequestSummary';

type Outcome = RouteOutput<'signing.confirm'>;
const idOf = (certificate: TokenCertificate) => `${certificate.tokenId}\n${certificate.keyRef}`;

/** Shows what main computed, takes the PIN, signs. Nothing here comes from the page that asked. */
export function SigningWindow() {
  const t = useT();
  const text = useFailureText();
  const request = useQuery('signing.request', {});
  const certificates = useQuery('signing.certificates', {});
  const confirm = useCommand('signing.confirm');
  const pin = useRef<SecretHandle>(null);
  const [length, setLength] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  /** The key of which the person was asked whether its last try is to be used. */
  const [lastAsked, setLastAsked] = useState<string | null>(null);
  const { reload } = certificates;
  const data = request.data;
  const first = data?.review?.first ?? null;

  useEffect(() => on('signing.tokens-changed', reload), [reload]);
  useEffect(() => {
    if (!data) return;
    applyLocale(data.locale);
    document.documentElement.dataset.theme = data.theme;
  }, [data]);
  const items = certificates.data?.items ?? [];
  const usable = items.filter((one) => one.state === 'usable' && !one.isPinLocked);
  const own = usable.filter((one) => isOf(one, data));
  const others = first === null ? own : usable.filter(({ holder }) => holder !== first);
  // The second person's signature cannot be the first one's: nothing is picked until another key is there.
  const likeliest = others[0] ?? (first === null ? usable[0] : undefined);
  const pick = useSteadyPick(usable.map(idOf), likeliest ? idOf(likeliest) : null, length > 0, () =>
    pin.current?.clear(),
  );
  const picked = usable.find((one) => idOf(one) === pick.picked) ?? null;
  const isOfAnother = picked !== null && first === null && !isOf(picked, data);
  const isSigned = outcome?.outcome === 'signed';

  const cancel = useCallback(() => {
    pin.current?.clear();
    void invoke('signing.cancel', {});
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !confirm.isBusy) cancel();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [cancel, confirm.isBusy]);

  const told = outcome?.outcome === 'pin-wrong' ? outcome.triesLeft : null;
  const triesLeft = told ?? picked?.triesLeft ?? null;
  const isLast = triesLeft === 1;
  const isLastAsked = isLast && picked !== null && lastAsked === idOf(picked);
  const submit = async () => {
    if (!picked || confirm.isBusy || isSigned || length === 0 || !pin.current) return;
    // A typing error locks the key for good: the last try is not given by the same press as the others.
    if (isLast && !isLastAsked) {
      setLastAsked(idOf(picked));
      return;
    }
    setLastAsked(null);
    const secret = pin.current.take();
    const answer = await confirm.run({
      tokenId: picked.tokenId,
      keyRef: picked.keyRef,
      pin: secret,
    });
    secret.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'review') {
      pick.forget();
      request.reload();
    }
    if (answer?.outcome !== 'signed') {
      reload();
      pin.current?.focus();
    }
  };
  const problem = outcome === null ? null : problemOf(outcome, data?.isPractice === true, t, text);
  return (
    <main className="win">
      <div className="bar">
        <Icon name="shieldok" />
        <span>{t('signing.window')}</span>
        <span className="c">{t('signing.only-here')}</span>
        <button
          type="button"
          aria-label={t('act.cancel')}
          disabled={confirm.isBusy}
          onClick={cancel}
        >
          <Icon name="x" size="s" />
        </button>
      </div>
      {data?.isPractice ? (
        <div className="ribbon practice" role="note">
          <b>{t('shell.practice')}</b>
          <span>{t('signing.practice')}</span>
        </div>
      ) : null}
      <div className="in">
        {request.failure ? (
          <FailureState failure={request.failure} onRetry={request.reload} />
        ) : data === null ? (
          <Skeleton label={t('state.loading')} />
        ) : (
          <>
            <div className="hd">
              <div>
                <h1 className="t20">{first ? t('signing.review-title') : data.title}</h1>
                <p className="c2">
                  {first
                    ? t('signing.review-text', { first: isolate(first) })
                    : data.review
                      ? t('signing.review-first')
                      : data.text}
                </p>
              </div>
              {data.trace === null ? null : (
                <span className="end trace2">
                  <span className="t12 c3 blk">{t('signing.trace')}</span>
                  <b className="mono t16">{data.trace}</b>
                </span>
              )}
            </div>
            <div className="two">
              <RequestSummary request={data} />
              <div>
                <h2>{t('signing.certificate')}</h2>
                <CertificateChoice
                  query={certificates}
                  picked={picked ? idOf(picked) : null}
                  idOf={idOf}
                  onPick={(id) => {
                    pin.current?.clear();
                    pick.choose(id);
                  }}
                  isDisabled={confirm.isBusy || isSigned}
                />
                {/* A key that locked is still there. */}
                {pick.isGone && !isSigned && outcome?.outcome !== 'pin-locked' ? (
                  <Notice tone="warn" icon="key">
                    {t('signing.gone')}
                  </Notice>
                ) : null}
                {isOfAnother && !isSigned ? (
                  <Notice tone="warn" icon="warn">
                    {t('signing.of-another', {
                      holder: isolate(picked.holder),
                      person: isolate(`${data.person.name} ${data.person.badge}`),
                    })}
                  </Notice>
                ) : null}
                <PinEntry
                  ref={pin}
                  triesLeft={triesLeft}
                  problem={problem}
                  isDisabled={!picked || confirm.isBusy || isSigned}
                  onSubmit={() => void submit()}
                  onLength={setLength}
                />
                {isLastAsked && !confirm.isBusy ? (
                  <Notice tone="warn" icon="warn">
                    {t('signing.last-try')}
                  </Notice>
                ) : null}
              </div>
            </div>
            {confirm.isBusy ? <ProgressBar label={t('signing.running')} percent={null} /> : null}
            {confirm.failure ? <FailureNote failure={confirm.failure} /> : null}
            {isSigned ? (
              <Notice tone="ok" icon="ok">
                {t('signing.signed')}
              </Notice>
            ) : (
              <Notice icon="info">{data.keep}</Notice>
            )}
          </>
        )}
      </div>
      <div className="ft">
        <span className="t12 c2 row">
          <Icon name="key" size="s" />
          {picked
            ? t('signing.connected', { count: isolate(first ? 1 : signaturesOf(picked, data)) })
            : t('signing.no-token')}
        </span>
        <Button className="end" size="l" disabled={confirm.isBusy || isSigned} onClick={cancel}>
          {t('act.cancel')} <kbd className="kbd">Esc</kbd>
        </Button>
        <Button
          look="primary"
          size="l"
          icon="seal"
          disabled={!picked || length === 0 || confirm.isBusy || isSigned}
          onClick={() => void submit()}
        >
          {confirm.isBusy
            ? t('signing.running')
            : t(
                isLastAsked
                  ? 'signing.last-confirm'
                  : first
                    ? 'signing.review-confirm'
                    : 'signing.confirm',
              )}
        </Button>
      </div>
    </main>
  );
}

/** Whether the certificate names who is to sign; practice keys are made for whoever practises. */
const isOf = (
  { subject, isPractice }: TokenCertificate,
  request: Pick<RouteOutput<'signing.request'>, 'person'> | null,
): boolean => isPractice || request === null || namesPerson(subject, request.person);

/** An SM2 key signs the manifest only: no common reader verifies such a signature in a PDF. */
function signaturesOf(
  picked: TokenCertificate,
  request: { readonly signatures: number } | null,
): number {
  return picked.algorithm === 'SM2' ? 1 : (request?.signatures ?? 1);
}

function problemOf(
  outcome: Outcome,
  isPractice: boolean,
  t: ReturnType<typeof useT>,
  text: ReturnType<typeof useFailureText>,
): string | null {
  switch (outcome.outcome) {
    case 'signed':
    case 'review':
      return null;
    case 'same-person':
      return t('signing.review-same');
    case 'pin-wrong':
      return outcome.triesLeft === null
        ? t('signing.pin-wrong')
        : text({ code: 'TOKEN_PIN_WRONG', params: { triesLeft: outcome.triesLeft } });
    case 'pin-locked':
      return isPractice ? t('signing.locked-practice') : text({ code: 'TOKEN_PIN_LOCKED' });
    case 'token-removed':
      return text({ code: 'TOKEN_REMOVED' });
    case 'failed':
      return text({ code: outcome.code });
  }
}
