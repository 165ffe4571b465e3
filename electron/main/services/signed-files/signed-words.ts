import type { SignedBy } from './signed-files';

/** How a record is signed, as its papers say it: Chinese whatever the page's language is. */
export const SIGNED_WORDS: Readonly<Record<SignedBy, string>> = {
  'u-key': '操作人员 U-Key 签名，见同名 .signature.json',
  device: '未插入可用的 U-Key，仅由本机签名（见同名 .signature.json），不能证明为本人签署',
};
