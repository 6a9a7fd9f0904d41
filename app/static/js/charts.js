/* Figures: Plotly is fetched when the first one comes into sight. */
(function () {
  "use strict";
  const PLOTLY = document.currentScript.dataset.plotly;
  const NONCE = document.currentScript.nonce;
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
      script.onerror = () => fail(new Error("Plotly"));
      document.head.append(script);
    });
    return loading;
  }

  const PALETTE = {
    light: { ink: "#1b2522", soft: "#55615c", line: "#e3e6e0", paper: "#ffffff",
             marks: ["#0e6b5c", "#d2932a", "#2f6fa8", "#b8483d", "#6f55a8", "#6d7b75"] },
    dark: { ink: "#e4eae7", soft: "#a7b4af", line: "#2a3532", paper: "#171f1d",
            marks: ["#4fbfa7", "#f0bd5b", "#7db4ea", "#f08e80", "#b79be8", "#9fb2ab"] },
  };

  function face(theme, ground = "rgba(0,0,0,0)") {
    const { ink, soft, line, paper, marks } = PALETTE[theme] || PALETTE.light;
    const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickcolor: line, automargin: true };
    return {
      template: { layout: {
        colorway: marks, font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: ink },
        paper_bgcolor: ground, plot_bgcolor: ground, dragmode: false,
        xaxis: { ...axis, showgrid: false }, yaxis: axis, margin: { l: 48, r: 12, t: 12, b: 40 },
        legend: { orientation: "h", y: -0.18, font: { color: soft } },
        hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink } }, hovermode: "x unified",
        separators: document.documentElement.lang === "en" ? ".," : ",.",
      } },
    };
  }

  async function figureOf(chart) {
    const url = chart.dataset.figureUrl;
    if (!url) return JSON.parse(chart.querySelector('script[type="application/json"]').textContent);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function draw(chart) {
    const box = chart.querySelector("[data-chart-box]");
    const figure = (chart.nepFigure ||= await figureOf(chart));
    await load();
    const layout = { ...figure.layout, ...face(document.documentElement.dataset.bsTheme), autosize: true };
    delete layout.width;
    const options = { responsive: true, displayModeBar: false, locale: document.documentElement.lang };
    box.querySelector(".chart-wait")?.remove();
    await Plotly.react(box, structuredClone(figure.data), layout, options);
    if (chart.nepReady) return;
    chart.nepReady = true;
    offerImage(chart, figure);
    box.on("plotly_click", (event) => {
      const held = event.points.map((point) => [point.customdata].flat()[0]);
      const href = held.find((one) => typeof one === "string");
      // Only addresses of this application: a figure may carry names that people typed.
      if (href && /^\/(?!\/)/.test(href)) location.assign(href);
    });
  }

  /* On paper every figure is light, whatever the screen is. */
  function offerImage(chart, figure) {
    const button = chart.querySelector("[data-chart-image]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => Plotly.downloadImage(
      { data: structuredClone(figure.data), layout: { ...figure.layout, ...face("light", "#ffffff"),
          title: { text: chart.ariaLabel }, margin: { l: 64, r: 24, t: 72, b: 48 } } },
      { format: "png", width: 1200, height: 640, scale: 2, filename: chart.ariaLabel || "chart" }));
  }

  function fail(chart) {
    const box = chart.querySelector(".chart-wait");
    if (box) box.textContent = "—";
    const table = chart.querySelector(".chart-table");
    if (table) table.open = true;
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      draw(entry.target).catch(() => fail(entry.target));
    }
  }, { rootMargin: "200px" });
  const charts = [...document.querySelectorAll("[data-chart]")];
  charts.forEach((chart) => seen.observe(chart));
  document.addEventListener("nep:theme", () => charts.filter((one) => one.nepReady).forEach(draw));
  addEventListener("beforeprint", () => charts.filter((one) => one.nepReady).forEach((one) => Plotly.Plots.resize(one.querySelector("[data-chart-box]"))));
})();
