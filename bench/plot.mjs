/** Draws line charts as SVG. The colours follow the theme of the browser, and each picture has its own background. */

const width = 940;
const panelHeight = 280;
const gap = 16;
const fontSize = 12;
const legendLine = 17;
/** A tick that is closer to the next one has no label. */
const labelWidth = 26;
const margin = { top: 14, right: 18, bottom: 46, left: 62 };

const style = `
  .back { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d1d9e0 } .axis { stroke: #59636e }
  .s0 { --c: #0969da } .s1 { --c: #bc4c00 } .s2 { --c: #1a7f37 } .s3 { --c: #8250df }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } .text { fill: #f0f6fc } .soft { fill: #9198a1 } .grid { stroke: #30363d } .axis { stroke: #9198a1 }
    .s0 { --c: #4493f8 } .s1 { --c: #f0883e } .s2 { --c: #3fb950 } .s3 { --c: #ab7df8 }
  }
  text { font: ${fontSize}px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
  .title { font-weight: 600 } .line { fill: none; stroke: var(--c); stroke-width: 2 } .mark { fill: var(--c) }`;

/** Formats a number as 0.05, 12, 1.5k, 10k or 1M. */
function shortNumber(value) {
  const [divisor, unit] = value >= 1e6 ? [1e6, 'M'] : value >= 1000 ? [1000, 'k'] : [1, ''];
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, content, attributes = 'class="soft"') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;

/** Round steps below each power of ten: few if the range has many powers. */
const stepsOf = (decades) => (decades > 2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5]);

function logScale(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 26 }, (_, index) => 10 ** (index - 10));
  const steps = stepsOf(Math.log10(high / low));
  const all = powers.flatMap((power) => steps.map((step) => Number((step * power).toPrecision(3))));
  const from = all.filter((tick) => tick <= low).at(-1);
  const to = all.find((tick) => tick >= high && tick > from);
  return {
    ticks: all.filter((tick) => tick >= from && tick <= to),
    share: (value) => Math.log(value / from) / Math.log(to / from),
  };
}

function linearScale(values) {
  const high = Math.max(...values);
  const rough = high / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const count = Math.ceil(high / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6))),
    share: (value) => value / (count * step),
  };
}

/** The scale of the x axis: logarithmic, with a tick for each measured value. */
function pointScale(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return {
    ticks: [...new Set(values)],
    share: (value) => (low === high ? 0.5 : Math.log(value / low) / Math.log(high / low)),
  };
}

const symbols = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="4"/>`,
  (x, y) => `<rect x="${x - 3.5}" y="${y - 3.5}" width="7" height="7"/>`,
  (x, y) => `<path d="M${x} ${y - 5}l4.6 8.4h-9.2z"/>`,
  (x, y) => `<path d="M${x} ${y - 5}l5 5-5 5-5-5z"/>`,
];
const dashes = ['', '6 3', '2 3', '8 3 2 3'];
const rounded = (value) => Number(value.toFixed(1));

function lineOf({ points }, index, place) {
  const at = points.map(([x, y]) => place(x, y).map(rounded));
  const dash = dashes[index] && ` stroke-dasharray="${dashes[index]}"`;
  const line = `<polyline class="line"${dash} points="${at.map((pair) => pair.join()).join(' ')}"/>`;
  return `<g class="s${index}">${line}<g class="mark">${at.map(([x, y]) => symbols[index](x, y)).join('')}</g></g>`;
}

function legendOf(series, left, top) {
  return series.map(({ name }, index) => {
    const y = top + index * legendLine;
    const dash = dashes[index] && ` stroke-dasharray="${dashes[index]}"`;
    return (
      `<g class="s${index}"><path class="line"${dash} d="M${left} ${y - 4}h26"/><g class="mark">${symbols[index](left + 13, y - 4)}</g></g>` +
      text(left + 33, y, name, 'class="text"')
    );
  });
}

/** One chart at a place of the picture. */
function panelOf({ title, x, y, series }, left, top, panelWidth, legendLines) {
  const box = {
    left: left + margin.left,
    right: left + panelWidth - margin.right,
    top: top + margin.top + (legendLines + 1) * legendLine + 8,
    bottom: top + panelHeight - margin.bottom,
  };
  const points = series.flatMap((each) => each.points);
  const across = pointScale(points.map(([value]) => value));
  const up = (y.isLog ? logScale : linearScale)(points.map(([, value]) => value));
  const xAt = (value) => box.left + 8 + across.share(value) * (box.right - box.left - 16);
  const yAt = (value) => box.bottom - up.share(value) * (box.bottom - box.top);
  const middle = (box.left + box.right) / 2;
  const upright = `class="soft" text-anchor="middle" transform="rotate(-90 ${left + 14} ${(box.top + box.bottom) / 2})"`;
  return [
    text(left + margin.left, top + margin.top + 4, title, 'class="text title"'),
    ...legendOf(series, box.left, top + margin.top + 4 + legendLine + 3),
    ...up.ticks.flatMap((tick) => [
      `<path class="grid" d="M${box.left} ${rounded(yAt(tick))}H${box.right}"/>`,
      text(box.left - 7, yAt(tick) + 4, shortNumber(tick), 'class="soft" text-anchor="end"'),
    ]),
    `<path class="axis" d="M${box.left} ${box.bottom}H${box.right}"/>`,
    ...across.ticks.flatMap((tick) => [
      `<path class="axis" d="M${rounded(xAt(tick))} ${box.bottom}v4"/>`,
      across.ticks.some((next) => next > tick && xAt(next) - xAt(tick) < labelWidth)
        ? ''
        : text(xAt(tick), box.bottom + 17, shortNumber(tick), 'class="soft" text-anchor="middle"'),
    ]),
    text(middle, box.bottom + 36, `${x.label} (log scale)`, 'class="soft" text-anchor="middle"'),
    text(left + 14, (box.top + box.bottom) / 2, `${y.label}${y.isLog ? ' (log scale)' : ''}`, upright),
    ...series.map((each, index) => lineOf(each, index, (px, py) => [xAt(px), yAt(py)])),
  ].join('\n');
}

/**
 * Returns a picture of charts in rows of `columns`. A panel has `title`, `x.label`, `y.label` with units, `y.isLog`, and at most 4 `series` of
 * a `name` and `points`.
 */
export function plot({ description, columns, panels }) {
  const panelWidth = (width - gap * (columns + 1)) / columns;
  const rows = Math.ceil(panels.length / columns);
  const height = gap + rows * (panelHeight + gap);
  const legendLinesOf = (row) =>
    Math.max(...panels.slice(row * columns, (row + 1) * columns).map(({ series }) => series.length));
  const drawn = panels.map((panel, index) =>
    panelOf(
      panel,
      gap + (index % columns) * (panelWidth + gap),
      gap + Math.floor(index / columns) * (panelHeight + gap),
      panelWidth,
      legendLinesOf(Math.floor(index / columns)),
    ),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(description)}</title>`,
    `<style>${style}\n</style>`,
    `<rect class="back" width="${width}" height="${height}" rx="6"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}
