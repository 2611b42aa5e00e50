import type { Span } from '../../rehearsal/events';
import { duration } from '../terminal-report';
import { timeTicksTo } from './axis';
import { html, type Markup } from './markup';

const WIDTH = 960;
const LABEL_WIDTH = 260;
const RIGHT_MARGIN = 70;
const ROW_HEIGHT = 20;
const TOP = 24;
const LABEL_LENGTH = 44;
const LEAST_BAR = 2;

/** Bars over cloud time, a row for each name in the order of its first beginning. */
export function timelineChart(spans: readonly Span[]): Markup {
  const origin = Math.min(...spans.map(({ fromCloudSeconds }) => fromCloudSeconds));
  const end = Math.max(...spans.map(({ toCloudSeconds }) => toCloudSeconds)) - origin;
  const ticks = timeTicksTo(Math.max(end, 1));
  const last = ticks.at(-1) ?? 1;
  const x = (seconds: number) => LABEL_WIDTH + ((WIDTH - LABEL_WIDTH - RIGHT_MARGIN) * seconds) / last;
  const names = [...new Set(spans.map(({ name }) => name))];
  const height = TOP + names.length * ROW_HEIGHT + 4;
  const rows = names.map((name, row) => {
    const own = spans.filter((span) => span.name === name);
    const y = TOP + row * ROW_HEIGHT;
    const total = own.reduce((sum, { fromCloudSeconds, toCloudSeconds }) => sum + toCloudSeconds - fromCloudSeconds, 0);
    const bars = own.map((span) => {
      const from = x(span.fromCloudSeconds - origin);
      const width = Math.max(LEAST_BAR, x(span.toCloudSeconds - origin) - from);
      return html`<rect class="bar ${span.outcome}" x="${round(from)}" y="${y + 4}" width="${round(width)}" height="${ROW_HEIGHT - 8}" rx="2"><title>${name}: ${duration(span.toCloudSeconds - span.fromCloudSeconds)}</title></rect>`;
    });
    const times = own.length > 1 ? ` (${own.length} times)` : '';
    const rightEnd = x(Math.max(...own.map(({ toCloudSeconds }) => toCloudSeconds)) - origin);
    return html`<text class="label" x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end"><title>${name}</title>${shorten(name)}</text>${bars}<text class="value" x="${round(rightEnd + 6)}" y="${y + 14}">${duration(total)}${times}</text>`;
  });
  const grid = ticks.map((tick) => html`<line class="grid" x1="${round(x(tick))}" x2="${round(x(tick))}" y1="${TOP - 4}" y2="${height}"/><text class="tick" x="${round(x(tick))}" y="${TOP - 10}" text-anchor="middle">${tick === 0 ? '0' : duration(tick)}</text>`);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${grid}${rows}</svg>`;
}

function shorten(text: string): string {
  return text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
