import { createHash } from 'node:crypto';
import { VERIFY_PATH } from '../../shared/protocol/verification-code';
import type { CodeAnswer } from './look-up';
import { PAGE_LANGUAGES, PAGE_WORDS, type PageLanguage } from './words';

const STYLE = `:root{color-scheme:light dark;--page:#f3f5f8;--card:#fff;--ink:#1c2733;--dim:#566272;--line:#d3dae3;--blue:#1d5ea8;--on:#fff;--ok:#177245;--warn:#8a5a00;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#11161c;--card:#1a212a;--ink:#e5eaf0;--dim:#9ba8b7;--line:#354150;--blue:#77b0f0;--on:#0d1218;--ok:#62c791;--warn:#e2b458;--bad:#f48f87}}
body{font:16px/1.6 system-ui,"Noto Sans SC","Noto Naskh Arabic",sans-serif;color:var(--ink);background:var(--page);max-width:42rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1rem;color:var(--dim);font-size:.9rem;border-bottom:1px solid var(--line);padding-bottom:.5rem}
nav{display:flex;gap:1rem}
a{color:var(--blue)}
a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
h1{font-size:1.4rem;margin:1.25rem 0 1rem}
form,section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem}
form{display:grid;grid-template-columns:1fr auto;gap:.35rem .75rem}
label,form small{grid-column:1/-1}
label{font-weight:600}
input{min-width:0;font:1.05rem/1.4 ui-monospace,Consolas,monospace;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem;direction:ltr;letter-spacing:.04em}
button{font:inherit;font-weight:600;color:var(--on);background:var(--blue);border:0;border-radius:6px;padding:.5rem 1.5rem;cursor:pointer}
input:focus-visible,button:focus-visible,a:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
small,.limits{color:var(--dim);font-size:.9rem}
section{--tone:var(--warn);border-inline-start:6px solid var(--tone);margin-top:1rem}
section.taken{--tone:var(--ok)}
section.refused,section.disputed{--tone:var(--bad)}
h2{display:flex;align-items:center;gap:.6rem;font-size:1.2rem;line-height:1.3;margin:0;color:var(--tone)}
h2 span{flex:none;display:grid;place-items:center;width:1.75rem;height:1.75rem;border-radius:50%;background:var(--tone);color:var(--card);font-size:1rem}
section p{margin:.6rem 0}
.practice{border:1px dashed var(--warn);border-radius:6px;color:var(--warn);font-weight:600;padding:.25rem .75rem}
dl{display:grid;grid-template-columns:max-content 1fr;margin:.75rem 0}
dt,dd{margin:0;padding:.35rem 0;border-top:1px solid var(--line)}
dt{color:var(--dim);padding-inline-end:1.5rem}
dd{overflow-wrap:anywhere}
code{font:.9rem/1.5 ui-monospace,Consolas,monospace}
.limits{border-top:1px solid var(--line);padding-top:.6rem}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{border:0;padding-top:0}form{grid-template-columns:1fr}}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const NAMES: Readonly<Record<PageLanguage, string>> = {
  'zh-CN': '中文',
  en: 'English',
  ug: 'ئۇيغۇرچە',
};

/** A sign beside each word, so that nobody has to tell colours apart. */
const SIGNS: Readonly<Record<CodeAnswer['standing'], string>> = {
  ...{ taken: '✓', waiting: '…', refused: '✕' },
  ...{ disputed: '!', unknown: '?', form: '?' },
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
    (one) =>
      `<a href="${action}?lang=${one}" lang="${one}"${one === language ? ' aria-current="true"' : ''}>${NAMES[one]}</a>`,
  );
  return `<!doctype html>
<html lang="${language}" dir="${language === 'ug' ? 'rtl' : 'ltr'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(words.title)}</title><style>${STYLE}</style></head>
<body><header><strong>证哨 FieldCert</strong><nav>${links.join('')}</nav></header>
<h1>${safe(words.title)}</h1>
<form action="${VERIFY_PATH}" method="get"><input type="hidden" name="lang" value="${language}">
<label for="code">${safe(words.label)}</label><input id="code" name="code" required maxlength="120" autocomplete="off" spellcheck="false" aria-describedby="hint" value="${code ?? ''}">
<button>${safe(words.button)}</button><small id="hint">${safe(words.hint)}</small></form>
${answer === null ? '' : found(answer, language)}
</body></html>
`;
}

function found(answer: CodeAnswer | 'busy', language: PageLanguage): string {
  const words = PAGE_WORDS[language];
  if (answer === 'busy')
    return `<section class="form" role="status"><p>${safe(words.busy)}</p></section>`;
  const { standing, document, code } = answer;
  const { head, says } = words.standings[standing];
  const begin = `<section class="${standing}" role="status"><h2><span aria-hidden="true">${SIGNS[standing]}</span>${safe(head)}</h2><p>${safe(says)}</p>`;
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
  const codes: readonly string[] = [rows.code, rows.trace, rows.manifestSha256, rows.packageSha256];
  const shown = (name: string, value: string) =>
    codes.includes(name) ? `<code dir="ltr">${safe(value)}</code>` : `<bdi>${safe(value)}</bdi>`;
  const list = lines.flatMap(([name, value]) =>
    value === null ? [] : [`<dt>${safe(name)}</dt><dd>${shown(name, value)}</dd>`],
  );
  const practice = document.isPractice ? `<p class="practice">${safe(words.practice)}</p>` : '';
  return `${begin}${practice}<dl>${list.join('')}</dl><p class="limits">${safe(words.limits)}</p></section>`;
}
