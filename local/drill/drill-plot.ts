import type { DrillMeasure, DrillSummary } from './drill-summary';

const WIDTH = 960;
const ROW = 30;
const TOP = 40;
const LABEL = 210;
const STRIP = 480;

/** Every drill as a dot, a row for each measure, with the median and what was declared, as one SVG. */
export function drillPlot({ drills, measures }: DrillSummary): string {
  const rows = measures.map((measure, index) => row(TOP + index * ROW, measure));
  const height = TOP + measures.length * ROW + 10;
  const title = text(0, 20, `${drills} drills: each dot is one, the long stroke the median, the red one what was declared`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">${title}${rows.join('')}</svg>\n`;
}

function row(y: number, { kind, name, unit, values, distribution, limit }: DrillMeasure): string {
  const scale = STRIP / Math.max(distribution.most, limit ?? 0, 1);
  const at = (value: number) => round(LABEL + value * scale);
  const dots = values.map((value) => `<circle cx="${at(value)}" cy="${y + 12}" r="3" fill="${kind === 'planned' ? '#7a9e7e' : '#4a6fa5'}" fill-opacity="0.5"/>`);
  const { median, percentile95, most } = distribution;
  return [
    text(0, y + 16, `${kind}: ${name}`),
    `<line x1="${LABEL}" x2="${LABEL + STRIP}" y1="${y + 12}" y2="${y + 12}" stroke="#ccc"/>`,
    ...dots,
    stroke(at(median), y, '#222'),
    ...(limit === undefined ? [] : [stroke(at(limit), y, '#a45d5d')]),
    text(LABEL + STRIP + 14, y + 16, `${round(median)} / ${round(percentile95)} / ${round(most)} ${unit}${limit === undefined ? '' : ` of ${limit}`}`),
  ].join('');
}

function stroke(x: number, y: number, colour: string): string {
  return `<line x1="${x}" x2="${x}" y1="${y + 2}" y2="${y + 22}" stroke="${colour}"/>`;
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x}" y="${y}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
