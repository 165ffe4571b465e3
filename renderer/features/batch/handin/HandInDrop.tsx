import { IMPORT_LISTS } from '../../../../shared/domain/imports/rows';
import { useT } from '../../../i18n';
import type { SentFile } from '../../../lib/send-file';
import { useCommand } from '../../../lib/use-command';
import { Button } from '../../../ui/Button';
import { Segmented } from '../../../ui/Segmented';
import { DropPlace } from '../DropPlace';
import { useHandIn } from './hand-in-store';

/** Which kind of list, and the list. */
export function HandInDrop() {
  const t = useT();
  const list = useHandIn((store) => store.list);
  const open = useCommand('imports.open');
  const template = useCommand('imports.template');
  const take = async (input: Partial<SentFile>) => {
    const answer = await open.run({ list, ...input });
    if (answer?.review) useHandIn.setState({ review: answer.review });
  };
  return (
    <DropPlace
      title={t('imports.drop')}
      text={t('imports.drop-text')}
      reading={t('imports.reading')}
      isBusy={open.isBusy}
      failure={open.failure ?? template.failure}
      onDrop={(file) => void take(file)}
    >
      <Segmented
        label={t('imports.list')}
        value={list}
        choices={IMPORT_LISTS.map((value) => ({ value, label: t(`imports.${value}`) }))}
        onChange={(value) => useHandIn.setState({ list: value })}
      />
      <Button look="primary" icon="file" disabled={open.isBusy} onClick={() => void take({})}>
        {t('imports.choose')}
      </Button>
      <Button
        icon="download"
        disabled={template.isBusy}
        onClick={() => void template.run({ list })}
      >
        {t('imports.template')}
      </Button>
    </DropPlace>
  );
}
