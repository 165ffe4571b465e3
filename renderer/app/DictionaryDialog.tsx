import {
  type DataLevel,
  DICTIONARY,
  type DictionaryWord,
} from '../../shared/domain/dictionary/dictionary';
import { useT } from '../i18n';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Tag, type TagTone } from '../ui/Tag';

const TONES: Readonly<Record<DataLevel, TagTone>> = {
  general: 'off',
  internal: 'info',
  personal: 'warn',
  sensitive: 'bad',
};
const WORDS = Object.keys(DICTIONARY) as DictionaryWord[];

/** Which data the device holds, how they are classified, and how they may be seen. */
export function DictionaryDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  return (
    <Dialog
      title={t('dictionary.title')}
      onClose={onClose}
      isWide
      actions={
        <Button look="primary" onClick={onClose}>
          {t('act.close')}
        </Button>
      }
    >
      <p className="t12 c3">{t('dictionary.about')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="scroll x dict" tabIndex={0}>
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{t('dictionary.field')}</th>
              <th scope="col">{t('dictionary.level')}</th>
              <th scope="col">{t('dictionary.showing')}</th>
            </tr>
          </thead>
          <tbody>
            {WORDS.map((word) => {
              const { level, showing } = DICTIONARY[word];
              return (
                <tr key={word}>
                  <td>{t(`dictionary.${word}`)}</td>
                  <td>
                    <Tag look="text" tone={TONES[level]} icon="layers">
                      {t(`dictionary.level-${level}`)}
                    </Tag>
                  </td>
                  <td>{t(`dictionary.showing-${showing}`)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Dialog>
  );
}
