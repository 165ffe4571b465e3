import { createHash } from 'node:crypto';
import { VERIFY_PATH } from '../../shared/protocol/verification-code';
import type { CodeAnswer } from './look-up';
import { PAGE_LANGUAGES, PAGE_WORDS, type PageLanguage } from './words';

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.6 system-ui,"Noto Sans SC","Noto Naskh Arabic",sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 1rem}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}
label{flex:1 1 18rem}
input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;direction:ltr;letter-spacing:.05em}
button{font:inherit;padding:.5rem 1.2rem}
section{border:1px solid;border-inline-start-width:.4rem;border-radius:.4rem;padding:.2rem 1rem;margin:1.5rem 0}
section.taken{border-color:#1b7f4b}
section.waiting,section.unknown,section.form{border-color:#9a6700}
section.refused,section.disputed{border-color:#b3261e}
h2{font-size:1.15rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem}
dt{opacity:.75}
dd{margin:0;overflow-wrap:anywhere}
small,nav{opacity:.75}
nav a{margin-inline-end:1rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const NAMES: Readonly<Record<PageLanguage, string>> = {
  'zh-CN': '中文',
  en: 'English',
  ug: 'ئۇيغۇرچە',
};

/** Headers of the page: nothing of it may run, load, frame or be kept. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'accept, accept-language',
};

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};
const safe = (text: string) => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '');

/** The page for codes, without script: the form, and under it what was found. `answer` null: nothing was asked; `busy`: too often. */
export function verificationPage(
  answer: CodeAnswer | 'busy' | null,
  language: PageLanguage,
): string {
  const words = PAGE_WORDS[language];
  const code = answer === null || answer === 'busy' ? null : answer.code;
  const action = code === null ? VERIFY_PATH : `${VERIFY_PATH}/${code}`;
  const links = PAGE_LANGUAGES.map(
    (one) => `<a href="${action}?lang=${one}" lang="${one}">${NAMES[one]}</a>`,
  );
  return `<!doctype html>
<html lang="${language}" dir="${language === 'ug' ? 'rtl' : 'ltr'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(words.title)}</title><style>${STYLE}</style></head>
<body><h1>${safe(words.title)}</h1>
<form action="${VERIFY_PATH}" method="get"><input type="hidden" name="lang" value="${language}">
<label>${safe(words.label)}<input name="code" required maxlength="120" autocomplete="off" spellcheck="false" aria-describedby="hint" value="${code ?? ''}"></label>
<button>${safe(words.button)}</button></form>
<p><small id="hint">${safe(words.hint)}</small></p>
${answer === null ? '' : found(answer, language)}
<nav>${links.join('')}</nav></body></html>
`;
}

function found(answer: CodeAnswer | 'busy', language: PageLanguage): string {
  const words = PAGE_WORDS[language];
  if (answer === 'busy')
    return `<section class="form" role="status"><p>${safe(words.busy)}</p></section>`;
  const { standing, document, code } = answer;
  const { head, says } = words.standings[standing];
  const begin = `<section class="${standing}" role="status"><h2>${safe(head)}</h2><p>${safe(says)}</p>`;
  if (document === null) return `${begin}</section>`;
  const { rows } = words;
  const lines: readonly (readonly [string, string | null])[] = [
    [rows.code, code],
    [rows.kind, words.kinds[document.kind]],
    [rows.trace, document.trace],
    [rows.office, document.office],
    [rows.madeOn, document.madeOn],
    [rows.count, String(document.count)],
    [rows.manifestSha256, document.manifestSha256],
    [rows.packageSha256, document.packageSha256],
  ];
  const list = lines.flatMap(([name, value]) =>
    value === null ? [] : [`<dt>${safe(name)}</dt><dd><bdi>${safe(value)}</bdi></dd>`],
  );
  const practice = document.isPractice ? `<p><strong>${safe(words.practice)}</strong></p>` : '';
  return `${begin}${practice}<dl>${list.join('')}</dl><p>${safe(words.limits)}</p></section>`;
}
