import type { ScenarioRecord, StepRecord, Timeline } from '../../rehearsal/events';
import { duration } from '../terminal-report';
import { lineChart } from './line-chart';
import { html, NOTHING, type Markup } from './markup';
import { timelineChart } from './timeline-chart';

const MARK = { ok: '✓', failed: '✗', noted: '·', passed: '✓' } as const;

/** One scenario: what was done and seen, when, and by which calls. Open when it failed. */
export function scenarioSection(scenario: ScenarioRecord): Markup {
  const { scenario: name, title, outcome, failure, cloudSeconds, wallSeconds, plots } = scenario;
  const time = html`<span class="time">${duration(cloudSeconds)} in the cloud, ${wallSeconds.toFixed(1)} s here</span>`;
  const looks = outcome === 'passed' ? 'ok' : 'failed';
  const body = html`<div class="body">${failure ? html`<p class="failed">${failure}</p>` : NOTHING}${steps(scenario)}${timelines(scenario)}${plots.map((plot) => html`<h3>${plot.title}</h3>${lineChart(plot)}`)}${refusals(scenario)}${calls(scenario)}${limits(scenario)}</div>`;
  const summary = html`<summary><span class="${looks}">${MARK[outcome]}</span> <b>${name}</b> ${title}${time}</summary>`;
  return outcome === 'passed' ? html`<details>${summary}${body}</details>` : html`<details open>${summary}${body}</details>`;
}

function steps({ steps: taken }: ScenarioRecord): Markup {
  const rows = taken.map((step) => html`<tr><td class="${step.outcome}">${MARK[step.outcome]}</td><td>${step.title}${step.evidence.map((line) => html`<div class="evidence">${line}</div>`)}</td>${times(step)}</tr>`);
  return html`<table><tr><th></th><th>What was done and seen</th><th class="number">cloud</th><th class="number">here</th></tr>${rows}</table>`;
}

function times({ cloudSeconds, wallSeconds }: StepRecord): Markup {
  if (cloudSeconds === 0 && wallSeconds === 0) return html`<td></td><td></td>`;
  return html`<td class="number">${duration(cloudSeconds)}</td><td class="number">${wallSeconds.toFixed(1)} s</td>`;
}

function timelines({ steps: taken, timelines: recorded }: ScenarioRecord): Markup {
  const spans = taken
    .filter(({ cloudSeconds }) => cloudSeconds > 0)
    .map(({ title, outcome, fromCloudSeconds, cloudSeconds }) => ({ name: title, outcome: outcome === 'failed' ? ('failed' as const) : ('ok' as const), fromCloudSeconds, toCloudSeconds: fromCloudSeconds + cloudSeconds }));
  const all: readonly Timeline[] = [{ title: 'Steps over cloud time', spans }, ...recorded.map(({ title, spans: states }) => ({ title: `States of ${title}`, spans: states }))];
  return html`${all.filter((timeline) => timeline.spans.length > 0).map((timeline) => html`<h3>${timeline.title}</h3>${timelineChart(timeline.spans)}`)}`;
}

function refusals({ refusals: refused }: ScenarioRecord): Markup {
  return refused.length === 0 ? NOTHING : html`<h3>Refused</h3>${refused.map((line) => html`<p>${line}</p>`)}`;
}

function calls({ calls: counts }: ScenarioRecord): Markup {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)).map(([operation, count]) => html`<p><code>${operation}</code> ${count}</p>`);
  return html`<h3>${total} calls</h3><div class="columns">${lines}</div>`;
}

function limits({ cannotProve }: ScenarioRecord): Markup {
  return cannotProve.length === 0 ? NOTHING : html`<h3>What it cannot prove</h3>${cannotProve.map((line) => html`<p>${line}</p>`)}`;
}
