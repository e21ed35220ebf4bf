// The page that compares a selection: several places in one chart and one table. The selection is in the address.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const $ = (id) => document.getElementById(id);
  const { data, loadScript } = nianbaoAtlas;
  const english = () => document.documentElement.dataset.lang === "en";
  const PALETTE = ["#0b57a4", "#9a2b20", "#1f6f3f", "#6b2f8f", "#8a4b00", "#00666b", "#b0307f", "#59616a"];
  const RATES = new Set(["%", "‰", "个百分点", "百分点", "位"]);
  const MAX_PLACES = 8;
  // Nothing to mark between the years: as in series_points.py.
  const UNMARKED = new Set(["comparable", "no_previous", "gap", "zero_base", "bound"]);
  // Indicators that values can be divided by, and the words for it.
  const POPULATIONS = { resident_population: ["人均（常住人口）", "per resident"], registered_population: ["人均（户籍人口）", "per registered inhabitant"] };
  const MODES = { value: ["数值", "values"], index: ["指数（起始年 = 100）", "index (first year = 100)"], computed: ["比上年（%）", "change, computed (%)"], stated: ["报告所述增速（%）", "growth, as stated (%)"] };
  const state = { i: "", p: [], s: "", m: "value", f: 0, t: 0 };

  const readAddress = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    state.i = given.get("i") || "";
    state.p = (given.get("p") || "").split(",").filter(Boolean).slice(0, MAX_PLACES);
    state.s = given.get("s") || "";
    state.m = given.get("m") in MODES || given.get("m") in POPULATIONS ? given.get("m") : "value";
    state.f = Number(given.get("f")) || 0;
    state.t = Number(given.get("t")) || 0;
  };
  const writeAddress = () => {
    const kept = new URLSearchParams();
    if (state.i) kept.set("i", state.i);
    if (state.p.length) kept.set("p", state.p.join(","));
    if (state.s) kept.set("s", state.s);
    if (state.m !== "value") kept.set("m", state.m);
    if (state.f) kept.set("f", state.f);
    if (state.t) kept.set("t", state.t);
    history.replaceState(null, "", `#${kept}`);
  };

  // ---- rows of the indicator
  // Every choice reads the rows and names again, so what is made of a data file is kept until another one is loaded.
  const kept = new Map();
  const once = (name, make) => {
    const source = data[name];
    if (!source) return make([]);
    if (!kept.has(name) || kept.get(name).source !== source) kept.set(name, { source, made: make(source) });
    return kept.get(name).made;
  };
  const rowsOf = (id) => once(`i/${id}`, ([columns, ...rows]) => rows.map((row) => Object.fromEntries(columns.map((name, n) => [name, row[n]]))));
  const bodies = () => once("bodies", (rows) => new Map(rows.map((row) => [row[0], row])));
  const keyOf = (row) => row.body_id ? `${row.series_code}.${row.body_id}` : row.series_code;
  const seriesOf = (row) => `${row.family}|${row.scope}|${row.unit}`;
  const nameOf = (key) => {
    const row = bodies().get(key);
    return row ? row[english() ? 2 : 1] : key;
  };
  const unitText = (unit) => {
    const indicator = (data.indicators || []).find((row) => row[5] === unit);
    return english() ? (indicator ? indicator[6] : "") : unit;
  };
  const reasonOf = (reason) => ((data.words || []).find(([name]) => name === reason) || ["", "", ""])[english() ? 2 : 1];
  const option = (value, text) => { const made = document.createElement("option"); made.value = value; made.textContent = text; return made; };
  const fill = (select, entries, chosen) => {
    select.replaceChildren(...entries.map(([value, text]) => option(value, text)));
    select.value = entries.some(([value]) => value === chosen) ? chosen : entries.length ? entries[0][0] : "";
    return select.value;
  };

  const inSeries = (rows) => rows.filter((row) => seriesOf(row) === state.s);
  const inYears = (row) => row.year >= state.f && row.year <= state.t;
  const chosenRows = () => inSeries(rowsOf(state.i)).filter((row) => state.p.includes(keyOf(row)) && inYears(row));
  const follows = (row, before) => Boolean(before) && canJoin(row) && before.year === row.year - 1 && before.value === row.previous_value;
  const canJoin = (row) => row.comparability === "comparable" && row.grade !== "C" && row.previous_year === row.year - 1;

  // Populations by place and year, from the reports of the places; bounds and doubtful readings do not count.
  const isExact = (row) => ["exact", "approx"].includes(row.qualifier) && row.grade !== "C";
  const population = () => {
    const found = new Map();
    for (const row of rowsOf(state.m)) if (row.value > 0 && row.scope === "" && row.unit === "人" && isExact(row)) found.set(`${keyOf(row)} ${row.year}`, row);
    return found;
  };
  const perHead = (byPlace) => {
    const people = population();
    return byPlace.map(({ key, rows }) => ({ key, points: rows.map((row, n) => {
      const of = people.get(`${key} ${row.year}`), before = people.get(`${key} ${row.year - 1}`);
      return of ? { year: row.year, row, population: of, value: row.value / of.value,
        joined: Boolean(before) && follows(row, rows[n - 1]) && canJoin(of) } : null;
    }).filter(Boolean) }));
  };

  // Points by place: year, number, whether the line leads here, whether it is a bound.
  const points = () => {
    const chosen = chosenRows();
    const byPlace = state.p.map((key) => {
      const rows = chosen.filter((row) => keyOf(row) === key && row.value !== null).sort((a, b) => a.year - b.year);
      return { key, rows };
    });
    if (state.m === "index") return indexed(byPlace);
    if (state.m in POPULATIONS) return perHead(byPlace);
    return byPlace.map(({ key, rows }) => ({ key, points: rows.map((row, n) => ({
      year: row.year, row,
      value: state.m === "stated" ? row.reported_change_pct : state.m === "computed" ? row.change_pct : row.value,
      joined: state.m === "value" && follows(row, rows[n - 1]),
    })).filter((point) => point.value !== null) }));
  };
  // An index runs over the years that are comparable without a break up to the newest, from the first that all have.
  const indexed = (byPlace) => {
    const chains = byPlace.map(({ key, rows }) => {
      let start = rows.length - 1;
      while (start > 0 && follows(rows[start], rows[start - 1])) start -= 1;
      return { key, chain: rows.slice(Math.max(start, 0)) };
    });
    const base = Math.max(0, ...chains.map(({ chain }) => chain.length ? chain[0].year : 0));
    return chains.map(({ key, chain }) => {
      const from = chain.find((row) => row.year === base);
      if (!from || from.value <= 0) return { key, points: [] };
      return { key, points: chain.filter((row) => row.year >= base)
        .map((row) => ({ year: row.year, row, value: row.value / from.value * 100, joined: row.year > base })) };
    });
  };

  // ---- drawing
  const isAmount = () => state.m === "value" || state.m in POPULATIONS;
  // The decimals that the report prints: 7.0% keeps its zero.
  const MAGNITUDES = { 百: 1e2, 千: 1e3, 万: 1e4, 十万: 1e5, 百万: 1e6, 千万: 1e7, 亿: 1e8, 十亿: 1e9, 百亿: 1e10, 千亿: 1e11, 万亿: 1e12 };
  const decimals = (quote, factor) => {
    const found = [...(quote || "").matchAll(/\d[\d,]*(?:\.(\d+))?([十百千万]?亿|[十百千]?万|[百千])?/g)];
    if (found.length !== 1 || !found[0][1]) return 0;
    return Math.max(0, Math.round(found[0][1].length - Math.log10((MAGNITUDES[found[0][2]] || 1) / factor)));
  };
  const format = (point, factor) => {
    if (state.m !== "value") return Number((point.value / factor).toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 6 });
    const mark = point.row.qualifier && point.row.qualifier !== "exact" ? reasonOf(point.row.qualifier) : "";
    const least = Math.min(6, decimals(point.row.quote, factor));
    return mark + Number((point.value / factor).toPrecision(12)).toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: 6 });
  };
  const scaleOf = (largest, unit) => {
    if (!isAmount()) return [1, state.m === "index" ? "" : "%"];
    const head = state.m in POPULATIONS ? (english() ? " a head" : "/人") : "";
    if (largest >= 1e8) return [1e8, english() ? `100 million ${unitText(unit)}${head}` : `亿${unit}${head}`];
    if (largest >= 1e5) return [1e4, english() ? `10,000 ${unitText(unit)}${head}` : `万${unit}${head}`];
    return [1, `${unitText(unit)}${head}`];
  };
  const scaleOfPoints = (lines) => scaleOf(Math.max(0, ...lines.flatMap((line) => line.points.map((point) => Math.abs(point.value)))), state.s.split("|")[2] || "");
  const ticks = (low, high) => {
    const step = 10 ** Math.floor(Math.log10((high - low) / 4 || 1));
    const wide = [1, 2, 5, 10].map((n) => n * step).find((size) => (high - low) / size <= 5);
    const found = [];
    for (let tick = Math.floor(low / wide) * wide; tick < high + wide; tick += wide) found.push(tick);
    return found;
  };
  const draw = () => {
    const canvas = $("drawing"), context = canvas.getContext("2d");
    const ratio = Math.max(2, window.devicePixelRatio || 1), width = Math.max(280, Math.min(900, canvas.parentElement.clientWidth || 640)), height = 320;
    canvas.width = width * ratio; canvas.height = height * ratio;
    canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const look = getComputedStyle(document.body);
    context.fillStyle = look.backgroundColor; context.fillRect(0, 0, width, height);
    context.font = "12px sans-serif";
    const lines = points(), all = lines.flatMap((line) => line.points);
    if (!all.length) return;
    const unit = state.s.split("|")[2], values = all.map((point) => point.value);
    const [factor, unitName] = scaleOfPoints(lines);
    let low = Math.min(...values), high = Math.max(...values);
    if (isAmount() ? !RATES.has(unit) : state.m !== "index") { low = Math.min(low, 0); high = Math.max(high, 0); }
    if (low === high) { low -= 1; high += 1; }
    const marks = ticks(low / factor, high / factor);
    low = marks[0] * factor; high = marks[marks.length - 1] * factor;
    const left = 64, right = 120, top = 24, bottom = 24;
    const first = Math.min(...all.map((point) => point.year)), last = Math.max(...all.map((point) => point.year));
    const x = (year) => left + (width - left - right) * (last === first ? 0.5 : (year - first) / (last - first));
    const y = (value) => top + (height - top - bottom) * (1 - (value - low) / (high - low));
    context.fillStyle = look.color; context.strokeStyle = "#8888"; context.lineWidth = 1;
    context.textAlign = "left";
    context.fillText(state.m === "index" ? (english() ? "index" : "指数") : unitName, 4, 12);
    context.textAlign = "right";
    for (const mark of marks) {
      // As in the other charts, the lowest line is dashed if the axis does not start at zero.
      context.setLineDash(mark === marks[0] && mark > 0 ? [2, 3] : []);
      context.beginPath(); context.moveTo(left, y(mark * factor)); context.lineTo(width - right, y(mark * factor)); context.stroke();
      context.fillText(Number(mark.toPrecision(6)).toLocaleString("en-US"), left - 6, y(mark * factor) + 4);
    }
    context.setLineDash([]);
    context.textAlign = "center";
    const step = Math.max(1, Math.ceil((last - first) / 6));
    for (let year = last; year >= first; year -= step) context.fillText(String(year), x(year), height - 6);
    const taken = [];
    lines.forEach((line, n) => {
      context.strokeStyle = context.fillStyle = PALETTE[n % PALETTE.length];
      context.lineWidth = 2;
      line.points.forEach((point, position) => {
        const before = line.points[position - 1];
        if (point.joined && before) {
          context.beginPath(); context.moveTo(x(before.year), y(before.value)); context.lineTo(x(point.year), y(point.value)); context.stroke();
        } else if (isAmount() && before && before.year === point.year - 1 && !UNMARKED.has(point.row.comparability)) {
          // A dashed mark between two years that are not comparable.
          const middle = (x(before.year) + x(point.year)) / 2, level = (y(before.value) + y(point.value)) / 2;
          context.setLineDash([3, 3]);
          context.beginPath(); context.moveTo(middle, level - 12); context.lineTo(middle, level + 12); context.stroke();
          context.setLineDash([]);
        }
      });
      for (const point of line.points) {
        context.beginPath(); context.arc(x(point.year), y(point.value), 3.2, 0, 7);
        if (isExact(point.row)) context.fill();
        else { context.fillStyle = look.backgroundColor; context.fill(); context.fillStyle = context.strokeStyle; context.stroke(); }
      }
      if (!line.points.length) return;
      const end = line.points[line.points.length - 1];
      let place = y(end.value) + 4;
      while (taken.some((other) => Math.abs(other - place) < 13)) place += 13;
      taken.push(place);
      context.textAlign = "left";
      context.fillText(nameOf(line.key), x(end.year) + 8, place);
    });
  };

  const showTable = () => {
    const lines = points(), [factor, unitName] = scaleOfPoints(lines);
    const years = [...new Set(lines.flatMap((line) => line.points.map((point) => point.year)))].sort((a, b) => b - a);
    const head = document.createElement("tr"), body = [];
    const cell = (tag, text) => { const made = document.createElement(tag); made.append(text); return made; };
    head.append(cell("th", english() ? "Year" : "年份"), ...lines.map((line) => cell("th", nameOf(line.key))));
    for (const th of head.children) { th.scope = "col"; if (th !== head.firstChild) th.className = "n"; }
    for (const year of years) {
      const row = document.createElement("tr"), title = cell("th", String(year));
      title.scope = "row";
      row.append(title);
      for (const line of lines) {
        const point = line.points.find((each) => each.year === year);
        const made = cell("td", "");
        made.className = "n";
        if (!point) made.textContent = "–";
        else {
          const link = document.createElement("a");
          // To the sentence: r/<report>.html#c<position>, as in urls.py.
          const [report, position] = point.row.observation_id.split("#");
          link.href = `r/${report.replaceAll("/", "-")}.html#c${position}`;
          link.textContent = format(point, factor);
          made.append(link);
          if (point.row.comparability !== "comparable" && point.row.comparability !== "no_previous") {
            const why = document.createElement("small");
            why.textContent = ` ${reasonOf(point.row.comparability)}`;
            made.append(why);
          }
          if (point.row.grade && point.row.grade !== "A") { const grade = document.createElement("small"); grade.textContent = ` ${point.row.grade}`; made.append(grade); }
        }
        row.append(made);
      }
      body.push(row);
    }
    $("figures").caption.textContent = state.m === "index" ? (english() ? "index" : "指数") : unitName;
    $("figures").tHead.replaceChildren(head);
    $("figures").tBodies[0].replaceChildren(...body);
    const dividing = state.m in POPULATIONS ? lines.filter((line) => !line.points.length).map((line) => nameOf(line.key)) : [];
    const missing = state.m === "index" ? lines.filter((line) => !line.points.length).map((line) => nameOf(line.key)) : [];
    $("status").textContent = !state.p.length ? (english() ? "Choose up to eight places." : "选最多八个地区。")
      : missing.length ? (english() ? `No common comparable start: ${missing.join(", ")}` : `没有共同可比的起始年：${missing.join("、")}`)
      : dividing.length ? (english() ? `No report states the population: ${dividing.join(", ")}` : `没有报告写人口：${dividing.join("、")}`) : "";
  };

  const showPlaces = () => {
    const counts = new Map();
    for (const row of inSeries(rowsOf(state.i))) if (row.value !== null) counts.set(keyOf(row), (counts.get(keyOf(row)) || 0) + 1);
    const keys = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
    state.p = state.p.filter((key) => counts.has(key));
    $("places").replaceChildren(...keys.map((key) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox"; box.value = key; box.checked = state.p.includes(key);
      box.addEventListener("change", () => {
        state.p = box.checked ? [...state.p, key].slice(-MAX_PLACES) : state.p.filter((other) => other !== key);
        for (const other of $("places").querySelectorAll("input")) other.checked = state.p.includes(other.value);
        refresh();
      });
      label.append(box, ` ${nameOf(key)} `);
      const small = document.createElement("small");
      small.textContent = counts.get(key);
      label.append(small);
      return label;
    }));
    narrow();
  };
  const narrow = () => {
    const wanted = $("narrow").value.trim().toLowerCase();
    for (const label of $("places").children) {
      const row = bodies().get(label.firstChild.value) || [];
      label.hidden = Boolean(wanted) && !row.slice(1).join(" ").toLowerCase().includes(wanted);
    }
  };
  const showChoices = () => {
    const rows = rowsOf(state.i).filter((row) => row.value !== null);
    const used = new Map();
    for (const row of rows) used.set(seriesOf(row), (used.get(seriesOf(row)) || 0) + 1);
    const series = [...used.keys()].sort((a, b) => (a.split("|")[1] !== "") - (b.split("|")[1] !== "") || used.get(b) - used.get(a));
    state.s = fill($("series"), series.map((name) => {
      const [, scope, unit] = name.split("|");
      return [name, [scope || (english() ? "whole" : "全部"), unitText(unit)].filter(Boolean).join(" · ")];
    }), state.s);
    const years = [...new Set(inSeries(rows).map((row) => row.year))].sort((a, b) => a - b);
    const choices = years.map((year) => [String(year), String(year)]);
    state.f = Number(fill($("from"), choices, String(state.f || years[0])));
    state.t = Number(fill($("to"), choices, String(state.t || years[years.length - 1])));
    const known = Object.keys(POPULATIONS).filter((id) => id !== state.i && !RATES.has(state.s.split("|")[2]) && (data.indicators || []).some((row) => row[0] === id && row[8] > 0));
    for (const id of known) loadScript(`i/${id}.js`, showAll);
    if (state.m in POPULATIONS && !known.includes(state.m)) state.m = "value";
    fill($("mode"), [...Object.entries(MODES), ...known.map((id) => [id, POPULATIONS[id]])].map(([id, names]) => [id, names[english() ? 1 : 0]]), state.m);
    showPlaces();
  };
  const refresh = () => { writeAddress(); draw(); showTable(); };
  const showAll = () => {
    if (!data.bodies || !data.indicators) return;
    const indicator = data.indicators.find(([id]) => id === state.i);
    if (indicator) $("indicator").value = english() ? indicator[2] : indicator[1];
    $("indicators").replaceChildren(...data.indicators.filter((row) => row[8] > 0).map((row) => option(english() ? row[2] : row[1], row[0])));
    if (!indicator) { $("status").textContent = english() ? "Choose an indicator." : "选一个指标。"; return; }
    if (!data[`i/${state.i}`]) { loadScript(`i/${state.i}.js`, showAll); return; }
    showChoices();
    refresh();
  };

  // ---- downloads
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  $("save-csv").addEventListener("click", () => {
    const columns = (data[`i/${state.i}`] || [[]])[0];
    // Text that a spreadsheet would take for a formula gets an apostrophe, as in the other files.
    const safe = (value) => typeof value === "string" && /^[=+\-@\t]/.test(value) && Number.isNaN(Number(value.replace(/[,%]/g, ""))) ? `'${value}` : value;
    const quoted = (given) => {
      const value = safe(given);
      return value === null ? "" : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
    };
    const people = state.m in POPULATIONS ? population() : new Map();
    const divided = (row) => {
      const of = people.get(`${keyOf(row)} ${row.year}`);
      return state.m in POPULATIONS ? (of ? [of.value, row.value === null ? null : row.value / of.value, of.observation_id] : [null, null, null]) : [];
    };
    const heads = state.m in POPULATIONS ? [...columns, state.m, "per_head", "population_observation_id"] : columns;
    const lines = [heads, ...chosenRows().map((row) => [...columns.map((name) => row[name]), ...divided(row)])].map((row) => row.map(quoted).join(","));
    save(new Blob(["\ufeff" + lines.join("\n") + "\n"], { type: "text/csv" }), `${state.i}.csv`);
  });
  $("save-png").addEventListener("click", () => $("drawing").toBlob((blob) => save(blob, `${state.i}.png`)));

  $("compare").addEventListener("submit", (event) => event.preventDefault());
  $("indicator").addEventListener("change", () => {
    const wanted = $("indicator").value.trim().toLowerCase();
    const found = (data.indicators || []).find((row) => [row[0], row[1], row[2]].some((name) => name.toLowerCase() === wanted));
    if (!found) { $("status").textContent = english() ? "No such indicator." : "没有这个指标。"; return; }
    Object.assign(state, { i: found[0], s: "", f: 0, t: 0 });
    showAll();
  });
  $("series").addEventListener("change", () => { Object.assign(state, { s: $("series").value, f: 0, t: 0 }); showAll(); });
  $("mode").addEventListener("change", () => { state.m = $("mode").value; refresh(); });
  for (const [id, name] of [["from", "f"], ["to", "t"]]) $(id).addEventListener("change", () => { state[name] = Number($(id).value); refresh(); });
  $("narrow").addEventListener("input", narrow);
  window.addEventListener("resize", draw);
  window.addEventListener("hashchange", () => { readAddress(); showAll(); });
  document.addEventListener("nianbao-language", showAll);
  readAddress();
  loadScript("search/words.js", showAll);
  nianbaoAtlas.load("", showAll);
  showAll();
});
