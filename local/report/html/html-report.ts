import type { JsonReport } from '../json-report';
import { html, NOTHING, type Markup } from './markup';
import { scenarioSection } from './scenario-section';
import { STYLE } from './style';

type ReportedSystem = JsonReport['systems'][number];

/** A rehearsal as one file that needs no other: for a browser, a mail or an auditor's folder. */
export function htmlReport(report: JsonReport): string {
  const { outcome, scenarios, systems, cannotProve, finishedAt, wallSeconds } = report;
  const permissions = systems.reduce((sum, system) => sum + system.permissions.granted, 0);
  const used = systems.reduce((sum, system) => sum + system.permissions.used, 0);
  const cards: readonly (readonly [string, string])[] = [
    [outcome, 'outcome'],
    [`${scenarios.passed} of ${scenarios.passed + scenarios.failed}`, 'scenarios passed'],
    [`${wallSeconds.toFixed(0)} s`, 'on this machine'],
    [`${used} of ${permissions}`, 'permissions were used'],
  ];
  const body = html`<h1>Rehearsal of ${systems.map(({ system }) => system).join(', ')}</h1>
<p class="dim">${finishedAt}: the synthesized templates and bundles, deployed into a local cloud and run there.</p>
<div class="cards">${cards.map(([value, label], index) => html`<div class="card"><b${index === 0 ? html` class="${outcome === 'passed' ? 'ok' : 'failed'}"` : NOTHING}>${value}</b>${label}</div>`)}</div>
${systems.map((system) => systemSection(system))}
<h2>What this rehearsal cannot prove</h2>${cannotProve.map((line) => html`<p>${line}</p>`)}`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Holdfast: rehearsal ${outcome}</title><style>${{ markup: STYLE }}</style></head><body>${body}</body></html>\n`.markup;
}

function systemSection({ system, outcome, failure, wallSeconds, permissions, defects, scenarios }: ReportedSystem): Markup {
  const roles = Object.entries(permissions.usedBy).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<h2>${system} <span class="${outcome === 'passed' ? 'ok' : 'failed'}">${outcome}</span></h2>
<p class="dim">${wallSeconds.toFixed(1)} s; ${permissions.used} of ${permissions.granted} permissions were used.</p>
${failure ? html`<p class="failed">${failure}</p>` : NOTHING}${defects.map((defect) => html`<p class="failed">Defect of the local cloud: ${defect}</p>`)}${permissions.unused.map((line) => html`<p class="failed">Never used: <code>${line}</code></p>`)}${permissions.redundant.map((line) => html`<p class="failed">Never needed, as another permission allows the same: <code>${line}</code></p>`)}
${scenarios.map((scenario) => scenarioSection(scenario))}
<details><summary>Permissions used, by role</summary><div class="body"><table>${roles.map(([role, actions]) => html`<tr><td class="role"><code>${role}</code></td><td>${actions.join(', ')}</td></tr>`)}</table></div></details>`;
}
