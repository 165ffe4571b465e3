import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Proof {
  readonly id: string;
  readonly claim: string;
  readonly isOk: boolean;
  /** Numbers or a program's own output. */
  readonly evidence: string;
}

export interface Evidence {
  readonly madeAt: string;
  readonly machine: string;
  readonly runtime: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly proofs: readonly Proof[];
  readonly screens: readonly { readonly file: string; readonly caption: string }[];
  readonly packageFile: string;
}

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const rows = (values: Readonly<Record<string, number>>, unit: string): string =>
  Object.entries(values)
    .map(
      ([name, value]) =>
        `<tr><td>${escapeHtml(name)}</td><td class="n">${value.toLocaleString('en')} ${unit}</td></tr>`,
    )
    .join('');

/** Writes summary.json (for machines) and evidence.html (for people) into the folder. */
export function writeEvidence(folder: string, evidence: Evidence): void {
  const isOk = evidence.proofs.every((proof) => proof.isOk);
  writeFileSync(
    join(folder, 'summary.json'),
    `${JSON.stringify({ isOk, ...evidence }, null, 2)}\n`,
  );
  const proofs = evidence.proofs
    .map(
      (p) =>
        `<section class="${p.isOk ? 'ok' : 'bad'}"><h2>${p.isOk ? '✓' : '✗'} ${escapeHtml(p.claim)}</h2><pre>${escapeHtml(p.evidence)}</pre></section>`,
    )
    .join('\n');
  const screens = evidence.screens
    .map(
      (s) =>
        `<figure><a href="screens/${escapeHtml(s.file)}"><img src="screens/${escapeHtml(s.file)}" alt="${escapeHtml(s.caption)}"></a><figcaption>${escapeHtml(s.caption)}</figcaption></figure>`,
    )
    .join('\n');
  writeFileSync(
    join(folder, 'evidence.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>证哨 FieldCert: evidence</title><style>
body{font:14px/1.5 system-ui,"Noto Sans SC",sans-serif;max-width:1100px;margin:32px auto;padding:0 16px;color:#17202e;background:#eef1f5}
h1{font-size:28px;margin:0}h2{font-size:16px;margin:0 0 8px}section,table,figure{background:#fff;border-radius:8px;padding:16px;margin:12px 0}
section.ok{border-inline-start:4px solid #2b8657}section.bad{border-inline-start:4px solid #c8372e}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;color:#435062}.n{text-align:end;font-variant-numeric:tabular-nums}
td{padding:2px 24px 2px 0}.grid{display:grid;grid-template-columns:1fr 1fr;gap:12px}img{inline-size:100%}figure{margin:0}</style>
<h1>${isOk ? 'Everything below was proved in this run' : 'Something below did not hold'}</h1>
<p>${escapeHtml(evidence.madeAt)} · ${escapeHtml(evidence.machine)} · ${escapeHtml(evidence.runtime)} · package <a href="${escapeHtml(evidence.packageFile)}">${escapeHtml(evidence.packageFile)}</a></p>
${proofs}
<div class="grid"><table><caption>Counts</caption>${rows(evidence.counts, '')}</table><table><caption>Timings</caption>${rows(evidence.timingsMs, 'ms')}</table></div>
<div class="grid">${screens}</div></html>\n`,
  );
}
