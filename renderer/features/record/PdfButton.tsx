import { useEffect } from 'react';
import { say, useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';

/** The record as a PDF with its verification code: main asks where, and shows the file; it is printed from there. */
export function PdfButton({ id }: { readonly id: number }) {
  const t = useT();
  const text = useFailureText();
  const save = useCommand('records.pdf');
  const { failure } = save;
  useEffect(() => {
    if (failure) showToast({ tone: 'bad', text: () => text(failure) });
  }, [failure, text]);
  const go = async () => {
    const answer = await save.run({ id });
    if (answer?.outcome !== 'saved') return;
    const code = isolate(answer.verificationCode);
    showToast({ tone: 'ok', text: () => say('record.pdf-saved', { code }) });
  };
  return (
    <Button icon="file" disabled={save.isBusy} onClick={() => void go()}>
      {t('record.pdf')}
    </Button>
  );
}
