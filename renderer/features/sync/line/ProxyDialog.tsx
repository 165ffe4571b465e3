import { useRef, useState } from 'react';
import type { LineStatus, ProxySetting } from '../../../../shared/ipc/routes/line';
import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../../ui/SecretEntry';
import { Segmented } from '../../../ui/Segmented';
import { TextInput } from '../../../ui/TextInput';

const KINDS = ['none', 'system', 'manual'] as const;

interface ProxyDialogProps {
  readonly proxy: ProxySetting;
  readonly onClose: () => void;
  readonly onSaved: (status: LineStatus) => void;
}

/** Straight, as the system says, or by one proxy with an optional user. */
export function ProxyDialog({ proxy, onClose, onSaved }: ProxyDialogProps) {
  const t = useT();
  const save = useCommand('line.set-proxy');
  const [kind, setKind] = useState<ProxySetting['kind']>(proxy.kind);
  const [address, setAddress] = useState(proxy.kind === 'manual' ? proxy.address : '');
  const [user, setUser] = useState(proxy.kind === 'manual' ? (proxy.user ?? '') : '');
  const password = useRef<SecretHandle>(null);
  const submit = async () => {
    const secret = password.current?.take();
    const answer = await save.run(
      kind === 'manual'
        ? {
            kind,
            address: address.trim(),
            user: user.trim() === '' ? null : user.trim(),
            password: secret !== undefined && secret.length > 0 ? secret : null,
          }
        : { kind },
    );
    secret?.fill(0);
    if (answer !== null) onSaved(answer);
  };
  return (
    <Dialog
      title={t('line.proxy')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={save.isBusy || (kind === 'manual' && address.trim() === '')}
            onClick={() => void submit()}
          >
            {t('line.save')}
          </Button>
        </>
      }
    >
      <div className="proxy-form">
        <Segmented
          label={t('line.proxy')}
          value={kind}
          choices={KINDS.map((value) => ({ value, label: t(`line.proxy-${value}`) }))}
          onChange={setKind}
        />
        {kind === 'manual' ? (
          <>
            <Field label={t('line.proxy-address')} hint={t('line.proxy-address-hint')}>
              {(ids) => (
                <TextInput
                  id={ids.control}
                  aria-describedby={ids.describedBy}
                  dir="ltr"
                  value={address}
                  maxLength={260}
                  placeholder="10.33.0.8:3128"
                  onChange={(event) => setAddress(event.target.value)}
                />
              )}
            </Field>
            <Field label={t('line.proxy-user')} hint={t('line.proxy-user-hint')}>
              {(ids) => (
                <TextInput
                  id={ids.control}
                  aria-describedby={ids.describedBy}
                  dir="ltr"
                  value={user}
                  maxLength={80}
                  onChange={(event) => setUser(event.target.value)}
                />
              )}
            </Field>
            {user.trim() === '' ? null : (
              <Field label={t('line.proxy-password')}>
                {() => (
                  <SecretEntry
                    ref={password}
                    label={t('line.proxy-password')}
                    placeholder={t('line.proxy-password-hint')}
                    onSubmit={() => void submit()}
                  />
                )}
              </Field>
            )}
          </>
        ) : null}
        <p className="t12 c3">{t('line.proxy-note')}</p>
        {save.failure ? <FailureNote failure={save.failure} /> : null}
      </div>
    </Dialog>
  );
}
