import type { Measured } from './result';

const WIDTH = 860;
const ROW = 34;
const LABEL = 330;
const BAR = 380;
const STAGE_COLOURS = ['#4a6fa5', '#7a9e7e', '#c9a227', '#a45d5d', '#6b5b95', '#5f7470', '#b5838d', '#8d99ae'];

/** The ratios with their limits, and where the time of each load goes, as one SVG. */
export function plot({ ratios, stages }: Measured): string {
  const bars = ratios.map(({ name, ratio, limit }, index) => ratioBar(index * ROW, name, ratio, limit));
  const offset = ratios.length * ROW + ROW;
  const stacks = stages.map(({ name, stages: parts }, index) => stack(offset + index * ROW, name, parts));
  const height = offset + stages.length * ROW + ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">${bars.join('')}${stacks.join('')}</svg>\n`;
}

function ratioBar(y: number, name: string, ratio: number, limit: number): string {
  const scale = BAR / Math.max(ratio, limit, 1) / 1.1;
  const colour = ratio <= limit ? '#7a9e7e' : '#a45d5d';
  return [
    text(0, y + 20, name),
    `<rect x="${LABEL}" y="${y + 8}" width="${round(ratio * scale)}" height="16" fill="${colour}"/>`,
    `<line x1="${round(LABEL + limit * scale)}" x2="${round(LABEL + limit * scale)}" y1="${y + 4}" y2="${y + 28}" stroke="#222"/>`,
    text(LABEL + BAR + 10, y + 20, `${ratio.toFixed(2)}x, at most ${limit}x`),
  ].join('');
}

function stack(y: number, name: string, parts: readonly { readonly stage: string; readonly seconds: number }[]): string {
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  let x = LABEL;
  const boxes = parts.map(({ stage, seconds }, index) => {
    const width = (BAR * seconds) / total;
    const box = `<rect x="${round(x)}" y="${y + 8}" width="${round(width)}" height="16" fill="${STAGE_COLOURS[index % STAGE_COLOURS.length]}"><title>${stage}: ${seconds.toFixed(2)} s</title></rect>`;
    x += width;
    return box;
  });
  return [text(0, y + 20, `where the time goes: ${name}`), ...boxes, text(LABEL + BAR + 10, y + 20, `${total.toFixed(1)} s`)].join('');
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x}" y="${y}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
