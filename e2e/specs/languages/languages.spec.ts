import { describePages } from '../../fixtures/every-page';

/** Each language and each theme once; all nine together are in the proof. */
describePages([
  { locale: 'zh-CN', theme: 'light' },
  { locale: 'en', theme: 'dark' },
  { locale: 'ug', theme: 'contrast' },
]);
