// Draws the tables of the panorama: each plot repeats the figures of the table it names.
const ON_PAPER = "on-paper";
const TILE = 10;
const MOTIF_WIDTH = 1.6;
const drawn = [];

// One motif per series, so that colour is never needed to tell them apart (WCAG 1.4.1).
const MOTIFS = [
  () => {},
  (pen) => lines(pen, [[0, TILE, TILE, 0], [-2, 2, 2, -2], [TILE - 2, TILE + 2, TILE + 2, TILE - 2]]),
  (pen) => dot(pen, TILE / 2),
  (pen) => lines(pen, [[0, TILE / 2, TILE, TILE / 2]]),
  (pen) => lines(pen, [[0, 0, TILE, TILE], [0, TILE, TILE, 0]]),
  (pen) => lines(pen, [[TILE / 2, 0, TILE / 2, TILE]]),
  (pen) => lines(pen, [[0, TILE / 2, TILE, TILE / 2], [TILE / 2, 0, TILE / 2, TILE]]),
  (pen) => lines(pen, [[0, 0, TILE, TILE], [-2, TILE - 2, 2, TILE + 2], [TILE - 2, -2, TILE + 2, 2]]),
];

function lines(pen, told) {
  for (const [x1, y1, x2, y2] of told) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
}

function dot(pen, at) {
  pen.beginPath();
  pen.arc(at, at, 2.2, 0, 2 * Math.PI);
  pen.fill();
}

function palette(plot) {
  const told = getComputedStyle(plot);
  const read = (name) => told.getPropertyValue(name).trim();
  return {
    ink: read("--plot-ink"),
    grid: read("--plot-grid"),
    surface: read("--plot-surface"),
    fills: MOTIFS.map((_, number) => read(`--plot-${number + 1}`)),
  };
}

function fill({ fills, surface }, number) {
  const tile = document.createElement("canvas");
  tile.width = TILE;
  tile.height = TILE;
  const pen = tile.getContext("2d");
  pen.fillStyle = fills[number % fills.length];
  pen.fillRect(0, 0, TILE, TILE);
  pen.strokeStyle = surface;
  pen.fillStyle = surface;
  pen.lineWidth = MOTIF_WIDTH;
  MOTIFS[number % MOTIFS.length](pen);
  return pen.createPattern(tile, "repeat");
}

function readTable(table) {
  const columns = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].slice(0, Number(table.dataset.rows));
  const value = (row, column) => {
    const told = row.cells[column].dataset.value;
    return told === undefined ? null : Number(told);
  };
  const series = columns
    .map((cell, column) => ({ cell, column }))
    .filter(({ cell }) => "series" in cell.dataset)
    .map(({ cell, column }) => ({
      label: cell.textContent.trim(),
      values: rows.map((row) => value(row, column)),
    }));
  return { labels: rows.map(({ cells: [{ dataset, textContent }] }) => dataset.drawn ?? textContent.trim()), series };
}

function wrap(label, width) {
  const most = width < 500 ? 18 : 34;
  const told = [""];
  for (const part of label.split(/(?<=[\s-])/u)) {
    if (told.at(-1) && `${told.at(-1)}${part}`.trimEnd().length > most) {
      told.push(part);
    } else {
      told[told.length - 1] += part;
    }
  }
  return told.length > 2 ? [told[0], `${told[1].trimEnd()}…`] : told;
}

function options(table, colours, { labels, series }, width) {
  const stacked = "stacked" in table.dataset;
  const number = new Intl.NumberFormat("fr-FR");
  const axis = { ticks: { color: colours.ink }, grid: { color: colours.grid }, stacked };
  return {
    indexAxis: "y",
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    scales: {
      x: {
        ...axis,
        beginAtZero: true,
        ticks: { color: colours.ink, callback: (told) => number.format(told) },
        title: { display: true, text: table.dataset.unit, color: colours.ink },
      },
      y: {
        ...axis,
        grid: { display: false },
        ticks: { color: colours.ink, autoSkip: false, callback: (_, at) => wrap(labels[at], width) },
      },
    },
    plugins: {
      legend: {
        display: series.length > 1,
        position: "bottom",
        labels: { color: colours.ink, boxWidth: 28, boxHeight: 16 },
      },
    },
  };
}

function makeChart(plot, canvas, table) {
  const colours = palette(plot);
  const told = readTable(table);
  const { fontFamily } = getComputedStyle(document.body);
  Chart.defaults.font = { ...Chart.defaults.font, family: fontFamily, size: 14 };
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: told.labels,
      datasets: told.series.map(({ label, values }, number) => ({
        label,
        data: values,
        backgroundColor: fill(colours, number),
        borderColor: colours.surface,
        borderWidth: { right: 1.5 },
        maxBarThickness: 34,
      })),
    },
    options: options(table, colours, told, plot.clientWidth),
  });
}

function draw(plot) {
  const table = document.getElementById(plot.dataset.plot);
  const frame = document.createElement("div");
  const canvas = document.createElement("canvas");
  frame.className = "plot-frame";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Graphique\u00a0: ${table.caption.textContent}, dit par le tableau qui suit`);
  frame.append(canvas);
  plot.prepend(frame);
  drawn.push({ plot, canvas, table, chart: makeChart(plot, canvas, table) });
}

function redraw(onPaper) {
  for (const one of drawn) {
    one.plot.classList.toggle(ON_PAPER, onPaper);
    one.chart.destroy();
    one.chart = makeChart(one.plot, one.canvas, one.table);
  }
}

const plots = document.querySelectorAll("[data-plot]");
if (typeof Chart === "undefined") {
  for (const plot of plots) {
    plot.hidden = true;
  }
} else {
  for (const plot of plots) {
    draw(plot);
  }
  document.fonts.ready.then(() => {
    for (const { chart } of drawn) {
      chart.update();
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(false));
  addEventListener("beforeprint", () => redraw(true));
  addEventListener("afterprint", () => redraw(false));
}
