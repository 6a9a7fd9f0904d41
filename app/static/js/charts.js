/* Figures: Plotly is fetched when the first one comes into sight. */
(function () {
  "use strict";
  const PLOTLY = document.currentScript.dataset.plotly;
  const NONCE = document.currentScript.nonce;
  const LANGUAGE = document.documentElement.lang;
  let loading;

  const VI = {
    moduleType: "locale", name: "vi",
    dictionary: {
      "Autoscale": "Tự chỉnh tỉ lệ", "Reset axes": "Về ban đầu", "Zoom": "Phóng", "Pan": "Kéo", "Zoom in": "Phóng to",
      "Zoom out": "Thu nhỏ", "Download plot as a PNG": "Tải ảnh PNG", "Download plot": "Tải ảnh",
      "Double-click to zoom back out": "Bấm đúp để về ban đầu", "Taking snapshot - this may take a few seconds": "Đang tạo ảnh…",
    },
    format: {
      days: ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"],
      shortDays: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
      months: Array.from({ length: 12 }, (_, i) => `Tháng ${i + 1}`),
      shortMonths: Array.from({ length: 12 }, (_, i) => `Th${i + 1}`),
      date: "%d/%m/%Y", decimal: ",", thousands: ".",
    },
  };

  /* Plotly writes its rules into <style> elements of these names, or makes them: a strict style-src
     refuses those it makes, so they are there first, empty, with the page's nonce. The second
     belongs to maps, which are not used. */
  for (const id of ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"]) {
    const style = document.createElement("style");
    style.id = id;
    style.nonce = NONCE;
    document.head.append(style);
  }

  function load() {
    loading ||= new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = PLOTLY;
      script.nonce = NONCE;
      script.onload = () => { Plotly.register(VI); done(); };
      script.onerror = () => { loading = undefined; script.remove(); fail(new Error("Plotly")); };
      document.head.append(script);
    });
    return loading;
  }

  const FACES = {
    light: { ink: "#1b2522", soft: "#55615c", line: "#e3e6e0", paper: "#ffffff" },
    dark: { ink: "#e4eae7", soft: "#a7b4af", line: "#2a3532", paper: "#171f1d" },
  };
  /* Figures come in the colours of paper; in the dark the order of lightness is turned round. */
  const IN_THE_DARK = {
    "#0e6b5c": "#3fae97", "#b9770e": "#f0bd5b", "#2f6fa8": "#7db4ea",
    "#7fb6dc": "#a9d3f3", "#f0c46a": "#f2c66b", "#8f1d14": "#e2604f", "#fefefe": "#171f1d", "#55615c": "#a7b4af",
    "#5c150c": "#ffd9cc", "#9c3f1c": "#f2a684", "#cc7a33": "#d9843f", "#e6b25c": "#97691f", "#bcdccf": "#2f6457", "#eaf4f0": "#1f3f38",
  };

  function dressed(data, theme) {
    const copy = JSON.stringify(data);
    return JSON.parse(theme === "dark" ? copy.replace(/#[0-9a-f]{6}/g, (one) => IN_THE_DARK[one] || one) : copy);
  }

  function face(layout, theme, ground = "rgba(0,0,0,0)") {
    const { ink, soft, line, paper } = FACES[theme] || FACES.light;
    const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickcolor: line, tickangle: 0, automargin: true };
    return {
      ...structuredClone(layout),
      template: { layout: {
        font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: ink },
        paper_bgcolor: ground, plot_bgcolor: ground, dragmode: false,
        xaxis: { ...axis, showgrid: false, ticklabelstandoff: 6 }, yaxis: { ...axis, ticklabelstandoff: 4 }, margin: { l: 48, r: 34, t: 12, b: 40 },
        legend: { orientation: "h", y: -0.16, yanchor: "top", x: 0, font: { color: soft, size: 11 } },
        hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink }, align: "left" }, hovermode: "x unified",
      } },
    };
  }

  /* The legend is part of the page: it wraps, and takes no room from the axis. */
  function legend(box, data, theme) {
    const colour = (one) => one.line?.color || one.marker?.color;
    const named = dressed(data, theme).filter((one) => one.name && one.type !== "heatmap");
    box.querySelector(".chart-legend")?.remove();
    if (named.length < 2) return;
    const list = document.createElement("ul");
    list.className = "chart-legend";
    list.ariaHidden = "true";
    for (const one of named) {
      const item = document.createElement("li");
      const mark = document.createElement("span");
      const kind = one.line?.dash || (one.mode?.startsWith("lines") ? "solid" : one.marker?.symbol?.startsWith("x") ? "cross" : "fill");
      mark.className = `chart-key chart-key-${kind}`;
      mark.style.setProperty("--key-screen", colour(one));
      mark.style.setProperty("--key-paper", colour(data.find((other) => other.name === one.name)));
      item.append(mark, one.name);
      list.append(item);
    }
    box.prepend(list);
  }

  function onScreen({ layout, data }, theme, width) {
    const found = { ...face(layout, theme), autosize: true, showlegend: false };
    const written = found.xaxis?.tickvals;
    // Beside a heat map stand names: they take half of a phone.
    const each = width < 440 ? (data[0]?.type === "heatmap" ? 4 : 2) : 1;
    if (written) found.xaxis.tickvals = written.filter((_, place) => (written.length - 1 - place) % each === 0);
    return found;
  }

  const LIMIT = 20000;
  const asked = new Map();
  async function answerOf(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LIMIT) });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function figureOf(chart) {
    const { figureUrl: url, figurePart: part } = chart.dataset;
    if (!url) return JSON.parse(chart.querySelector('script[type="application/json"]').textContent);
    if (!asked.has(url)) asked.set(url, answerOf(url));
    const answer = await asked.get(url);
    if (part) fill(chart.querySelector("tbody"), answer[part].rows);
    if (part && answer[part].note) {
      const note = chart.querySelector("[data-chart-note]");
      note.textContent = answer[part].note;
      note.hidden = false;
    }
    return part ? answer[part] : answer;
  }
  async function fetchOnce(chart) {
    chart.nepFigure = await (chart.nepAsked ||= figureOf(chart));
  }

  function fill(body, rows) {
    body.replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      row.append(...cells.map((html, place) => {
        const cell = document.createElement(place ? "td" : "th");
        if (place) cell.className = "cell-number";
        else cell.scope = "row";
        cell.innerHTML = html;
        return cell;
      }));
      return row;
    }));
  }

  async function draw(chart) {
    const box = chart.querySelector("[data-chart-box]");
    const plot = box.querySelector("[data-chart-plot]");
    const figure = chart.nepFigure;
    await load();
    const theme = document.documentElement.dataset.bsTheme;
    await pause();
    const options = { displayModeBar: false, locale: LANGUAGE };
    box.querySelector(".chart-wait")?.remove();
    legend(box, figure.data, theme);
    await Plotly.react(plot, dressed(figure.data, theme), onScreen(figure, theme, box.clientWidth), options);
    if (chart.nepReady) return;
    chart.nepReady = true;
    sized.observe(plot);
    offerImages(chart);
    plot.on("plotly_click", (event) => {
      const held = event.points.map((point) => [point.customdata].flat()[0]);
      const href = held.find((one) => typeof one === "string");
      // Only addresses of this application: a figure may carry names that people typed.
      if (href && /^\/(?!\/)/.test(href)) location.assign(href);
    });
  }

  /* On paper every figure is light, whatever the screen is, and as wide as the paper. */
  function printable(chart, layout = {}) {
    return {
      data: dressed(chart.nepFigure.data, "light"),
      layout: { ...face(chart.nepFigure.layout, "light", "#ffffff"), ...layout },
      config: { locale: LANGUAGE },
    };
  }

  /* The browser waits for nobody once it prints: the picture for it lies ready in the page. */
  async function layOnPaper(chart) {
    if ("onPaper" in chart.dataset) return;
    const [width, height] = (chart.dataset.paper || "700x280").split("x").map(Number);
    const image = document.createElement("img");
    image.className = "chart-paper";
    image.alt = "";
    image.src = await Plotly.toImage(printable(chart, { showlegend: false }), { format: "svg", width, height });
    await image.decode();
    chart.querySelector("[data-chart-box]").append(image);
    chart.dataset.onPaper = "";
  }

  function offerImages(chart) {
    const name = chart.ariaLabel || "chart";
    for (const button of chart.querySelectorAll("[data-chart-image]")) {
      button.hidden = false;
      button.addEventListener("click", () => Plotly.downloadImage(
        printable(chart, { title: { text: name, x: 0.02, font: { size: 18 } }, margin: { l: 64, r: 24, t: 72, b: 48 } }),
        { format: button.dataset.chartImage, width: 1200, height: 640, scale: 2, filename: name }));
    }
  }

  /* Says it where the figure would be and where its rows would be; asked again it begins anew. */
  function fail(chart, error) {
    const wait = chart.querySelector(".chart-wait");
    const table = chart.querySelector(".chart-table");
    const row = table?.querySelector("[data-rows-wait]");
    const told = !row && table?.querySelector("tbody tr");
    chart.nepFailed = true;
    const said = told ? wait?.dataset.tabled : wait?.dataset[error?.name === "TimeoutError" ? "late" : "failed"];
    say(wait, said, true);
    if (row) row.firstElementChild.textContent = said;
    if (told) table.open = true;
  }
  function say(wait, said, again) {
    if (!wait) return;
    const status = wait.querySelector("[role=status]");
    status.dataset.first ??= status.textContent;
    status.textContent = said || status.dataset.first;
    wait.querySelector("[data-chart-again]").hidden = !again;
  }
  function tryAgain(pressed) {
    // The button goes away under the focus.
    pressed.focus();
    asked.clear();
    for (const chart of charts.filter((one) => one.nepFailed)) {
      chart.nepFailed = false;
      delete chart.nepAsked;
      say(chart.querySelector(".chart-wait"), "", false);
      const row = chart.querySelector("[data-rows-wait]");
      if (row) row.firstElementChild.textContent = row.dataset.rowsWait;
      drawing.delete(chart);
      drawOnce(chart);
    }
  }

  /* Whoever presses or types meanwhile comes first. */
  const pause = () => new Promise((done) => (window.requestIdleCallback ? requestIdleCallback(done, { timeout: 1000 }) : setTimeout(done, 50)));

  const charts = [...document.querySelectorAll("[data-chart]")];
  const drawing = new Map();
  const begun = pause().then(() => performance.mark("nep-figures"));
  let before = begun;
  /* One figure after the other: each takes long on a slow machine, and the page has to answer. */
  function drawInTurn(chart) {
    const drawn = before.then(() => draw(chart));
    before = drawn.catch(() => {}).then(pause);
    return drawn;
  }
  /* None waits for what another has asked the server for. */
  function drawOnce(chart) {
    if (!drawing.has(chart)) {
      const ended = begun.then(() => fetchOnce(chart)).then(() => drawInTurn(chart)).catch((error) => fail(chart, error)).then(pause);
      drawing.set(chart, ended);
      ended.then(layWhenQuiet);
    }
    return drawing.get(chart);
  }
  /* Rows are there for paper and for readers although their figure is not in sight. */
  begun.then(() => charts.filter((one) => one.dataset.figurePart).forEach((one) => fetchOnce(one).catch((error) => fail(one, error))));
  let laying = Promise.resolve();
  function layAll() {
    laying = laying.then(async () => {
      for (const chart of charts.filter((one) => one.nepReady)) {
        await layOnPaper(chart).catch(() => {});
        await pause();
      }
    });
    return laying;
  }
  let quiet;
  function layWhenQuiet() {
    clearTimeout(quiet);
    quiet = setTimeout(layAll, 1500);
  }
  /* A figure takes the width of its box, whatever made that wider or narrower. */
  const sized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const { width, height } = target._fullLayout;
      const fits = target.clientWidth === width && target.clientHeight === height;
      if (target.clientWidth && !fits) Plotly.Plots.resize(target);
    }
  });
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      drawOnce(entry.target);
    }
  }, { rootMargin: "200px" });
  charts.forEach((chart) => seen.observe(chart));
  charts.forEach((chart) => chart.querySelector("[data-chart-again]")?.addEventListener("click", () => tryAgain(chart)));
  document.addEventListener("nep:theme", () => charts.filter((one) => one.nepReady).forEach(draw));

  /* The button waits for the figures; whoever prints before gets their tables. */
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      await Promise.all(charts.map(drawOnce));
      await layAll();
      button.disabled = false;
      print();
    });
  }
  addEventListener("beforeprint", () => {
    for (const chart of charts.filter((one) => !("onPaper" in one.dataset))) {
      const table = chart.querySelector("details.chart-table");
      if (table && !table.open) table.toggleAttribute("data-for-paper", table.open = true);
      else if (!table) chart.dataset.undrawn = "";
    }
  });
  addEventListener("afterprint", () => charts.forEach((one) => {
    delete one.dataset.undrawn;
    const table = one.querySelector("[data-for-paper]");
    if (table) table.open = table.toggleAttribute("data-for-paper", false);
  }));
})();
