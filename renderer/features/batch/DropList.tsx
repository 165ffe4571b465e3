import { useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { useBatch } from './batch-store';
import { DropPlace } from './DropPlace';

/** The place where a list is dropped, or chosen by a button beside it. */
export function DropList() {
  const t = useT();
  const open = useCommand('batch.open');
  const template = useCommand('batch.template');
  const take = async (input: Parameters<typeof open.run>[0]) => {
    const answer = await open.run(input);
    if (answer?.list) useBatch.setState({ list: answer.list, head: null });
  };
  return (
    <DropPlace
      title={t('batch.drop')}
      text={t('batch.drop-text')}
      reading={t('batch.reading')}
      isBusy={open.isBusy}
      failure={open.failure ?? template.failure}
      onDrop={(file) => void take(file)}
    >
      <Button look="primary" icon="file" disabled={open.isBusy} onClick={() => void take({})}>
        {t('batch.choose')}
      </Button>
      <Button icon="download" disabled={template.isBusy} onClick={() => void template.run({})}>
        {t('batch.template')}
      </Button>
    </DropPlace>
  );
}
