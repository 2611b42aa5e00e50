import type { Plot } from '../../rehearsal/events';
import { ticksTo } from './axis';
import { html, NOTHING, type Markup } from './markup';

const WIDTH = 960;
const HEIGHT = 280;
const LEFT = 70;
const RIGHT = 20;
const TOP = 20;
const BOTTOM = 44;
/** As many colours as the style sheet has. */
const COLOURS = 6;

/** Measurements as lines, from zero, with the promise drawn across. */
export function lineChart({ x: xLabel, y: yLabel, lines, limit }: Plot): Markup {
  const points = lines.flatMap((line) => line.points);
  const xTicks = ticksTo(Math.max(...points.map(([x]) => x), 0));
  const yTicks = ticksTo(Math.max(...points.map(([, y]) => y), limit?.y ?? 0));
  const xAt = (value: number) => round(LEFT + ((WIDTH - LEFT - RIGHT) * value) / (xTicks.at(-1) ?? 1));
  const yAt = (value: number) => round(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / (yTicks.at(-1) ?? 1));
  const xGrid = xTicks.map((tick) => html`<text class="tick" x="${xAt(tick)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick}</text>`);
  const yGrid = yTicks.map((tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yAt(tick)}" y2="${yAt(tick)}"/><text class="tick" x="${LEFT - 6}" y="${yAt(tick) + 4}" text-anchor="end">${tick}</text>`);
  const drawn = lines.map(({ name, points: own }, index) => {
    const path = own.map(([x, y]) => `${xAt(x)},${yAt(y)}`).join(' ');
    return html`<polyline class="line colour-${index % COLOURS}" points="${path}"><title>${name}</title></polyline>${own.map(([x, y]) => html`<circle class="dot colour-${index % COLOURS}" cx="${xAt(x)}" cy="${yAt(y)}" r="3"><title>${name}: ${x}, ${y}</title></circle>`)}`;
  });
  const promise = limit ? html`<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yAt(limit.y)}" y2="${yAt(limit.y)}"/><text class="limit" x="${WIDTH - RIGHT}" y="${yAt(limit.y) - 5}" text-anchor="end">${limit.name}</text>` : NOTHING;
  const legend = lines.map(({ name }, index) => html`<span class="key colour-${index % COLOURS}">${name}</span>`);
  const axes = html`<text class="tick" x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${xLabel}</text><text class="tick" x="4" y="12">${yLabel}</text>`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${yGrid}${xGrid}${axes}${drawn}${promise}</svg><p class="legend">${legend}</p>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
