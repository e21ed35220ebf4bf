// The atlas without a server: the language, the search, sorting a ranking, opening what a link leads into.
"use strict";

const nianbaoAtlas = (() => {
  const page = document.documentElement;
  const KEY = "nianbao-language";

  // Storage may be denied to a page on disk; the window's name then lasts as long as the tab.
  const remembered = () => {
    try { const kept = localStorage.getItem(KEY); if (kept) return kept; } catch { /* denied: the name of the window is asked */ }
    return window.name === KEY + "-en" ? "en" : "zh";
  };
  const remember = (language) => {
    try { localStorage.setItem(KEY, language); } catch { /* denied: the name of the window keeps it */ }
    if (window.name === "" || window.name.startsWith(KEY)) window.name = KEY + "-" + language;
  };
  const speak = (language) => {
    page.dataset.lang = language;
    page.lang = language === "en" ? "en" : "zh-CN";
    const input = document.getElementById("q");
    if (input) input.placeholder = language === "en" ? "reconsideration, 深圳 2019, GDP" : "行政复议、深圳 2019、GDP";
  };
  speak(remembered());

  // ---- search: three small script files, read when the search is first used
  const data = {};
  const NAMES = ["jurisdictions", "indicators", "reports"];
  const FAMILIES = {
    l: ["rule_of_law", "法治政府建设报告", "rule of law report"],
    w: ["work_report", "政府工作报告", "work report"],
    d: ["info_disclosure", "政府信息公开报告", "disclosure report"],
  };
  let asked = false;
  const load = (root, then) => {
    if (asked) return;
    asked = true;
    for (const name of NAMES) {
      const script = document.createElement("script");
      script.src = `${root}search/${name}.js`;
      script.onload = then;
      document.head.append(script);
    }
  };
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const terms = (query) => fold(query).match(/\d+|[a-z][a-z'-]*|[^\s\da-z]+/g) || [];

  const find = (query) => {
    const wanted = terms(query);
    if (!wanted.length) return [];
    const places = data.jurisdictions || [], indicators = data.indicators || [], reports = data.reports || [];
    const score = (texts, some) => {
      let sum = 0;
      for (const term of some) {
        let best = 0;
        for (const text of texts) {
          const at = text.indexOf(term);
          if (at >= 0) best = Math.max(best, text === term ? 4 : at === 0 ? 2 : 1);
        }
        if (!best) return 0;
        sum += best;
      }
      return sum;
    };
    const ranked = (rows, texts, some = wanted) => rows
      .map((row) => [score(texts(row), some), row]).filter(([n]) => n)
      .sort(([a, x], [b, y]) => b - a || (y[4] || 0) - (x[4] || 0)).map(([, row]) => row);
    const ofPlace = (row) => [fold(row[1]), row[0]];
    const ofIndicator = (row) => [fold(row[1]), fold(row[2]), ...fold(row[3]).split(" "), row[0]];
    const found = [];
    for (const row of ranked(places, ofPlace).slice(0, 6))
      found.push(["jurisdictions", `j/${row[0]}.html`, row[1], row[1], row[2] === row[1] ? "" : row[2]]);
    for (const row of ranked(indicators, ofIndicator).slice(0, 8))
      found.push(["indicators", `i/${row[0]}.html`, row[1], row[2], ""]);
    // Of several words some may name the place and the rest the indicator, or the year of a report.
    const naming = wanted.filter((term) => places.some((row) => score(ofPlace(row), [term])));
    const rest = wanted.filter((term) => !naming.includes(term));
    const named = naming.length ? ranked(places, ofPlace, naming).slice(0, 4) : [];
    if (rest.length) for (const place of named)
      for (const row of ranked(indicators, ofIndicator, rest).slice(0, 3))
        found.push(["series", `j/${place[0]}.html#${row[0]}`, `${place[1]} ${row[1]}`, `${place[1]} ${row[2]}`, ""]);
    const chosen = named.length ? named : rest.some((term) => /^\d{4}$/.test(term)) ? places : [];
    const byCode = new Map(reports);
    let n = 0;
    for (const place of chosen) for (const name of (byCode.get(place[0]) || "").split(" ").reverse()) {
      const [family, zh, en] = FAMILIES[name[0]] || ["", "", ""];
      const year = name.slice(1);
      if (!family || n >= 12 || score([year, zh, en, "报告"], rest) === 0 && rest.length) continue;
      found.push(["reports", `r/${family}-${place[0]}-${year}.html`, `${place[1]} ${year} ${zh}`, `${place[1]} ${year} ${en}`, ""]);
      n += 1;
    }
    return found;
  };

  const HEADS = {
    jurisdictions: ["地区", "Jurisdictions"], indicators: ["指标", "Indicators"],
    series: ["地区的指标", "Indicators of a jurisdiction"], reports: ["报告", "Reports"],
  };
  const both = (element, zh, en) => {
    if (zh === en) { element.append(zh); return element; }
    for (const [name, text] of [["zh", zh], ["en", en]]) {
      const span = document.createElement("span");
      span.className = name;
      span.lang = name === "zh" ? "zh-CN" : "en";
      span.textContent = text;
      element.append(span);
    }
    return element;
  };
  const show = (box, root, found, query) => {
    box.replaceChildren();
    box.hidden = !query.trim();
    if (box.hidden) return;
    if (!found.length) {
      box.append(both(document.createElement("p"), "没有找到", "Nothing found"));
      return;
    }
    let last = "", list = null;
    for (const [what, href, zh, en, more] of found) {
      if (what !== last) {
        box.append(both(document.createElement("h2"), ...HEADS[what]));
        list = document.createElement("ul");
        box.append(list);
        last = what;
      }
      const link = document.createElement("a");
      link.href = root + href;
      both(link, zh, en);
      if (more) { const small = document.createElement("small"); small.textContent = " " + more; link.append(small); }
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
  };

  const wireSearch = (root) => {
    const form = document.getElementById("search"), input = document.getElementById("q");
    const box = document.getElementById("results");
    const look = () => show(box, root, find(input.value), input.value);
    form.hidden = false;
    speak(page.dataset.lang);
    input.addEventListener("focus", () => load(root, look));
    input.addEventListener("input", () => { load(root, look); look(); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = box.querySelector("a");
      if (first) first.click();
    });
    form.addEventListener("keydown", (event) => {
      const links = [...box.querySelectorAll("a")], at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { box.hidden = true; input.focus(); }
      else if (event.key === "ArrowDown" && links.length) (links[at + 1] || links[0]).focus();
      else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] || input).focus();
      else return;
      event.preventDefault();
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) box.hidden = true; });
  };

  const wireLanguage = () => {
    const button = document.getElementById("language");
    button.hidden = false;
    button.addEventListener("click", () => {
      const language = page.dataset.lang === "en" ? "zh" : "en";
      speak(language);
      remember(language);
    });
  };

  // ---- a link into something closed opens it
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    if (target.classList.contains("card")) for (const box of target.getElementsByTagName("details")) box.open = true;
    target.scrollIntoView({ block: target.classList.contains("m") ? "center" : "start" });
  };

  // ---- a ranking by any of its years
  const amount = (row, column) => {
    const text = (row.cells[column].querySelector("a") || row.cells[column]).textContent.replace(/[^\d.−-]/g, "");
    return text === "" ? NaN : Number(text.replace("−", "-"));
  };
  const wireSorting = () => {
    for (const table of document.querySelectorAll("table.ranked")) {
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, column) => {
        if (!/^\d{4}$/.test(head.textContent)) return;
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const up = head.getAttribute("aria-sort") === "descending";
          for (const other of heads) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", up ? "ascending" : "descending");
          const rows = [...table.tBodies[0].rows].map((row) => [amount(row, column), row]);
          rows.sort(([a], [b]) => (Number.isNaN(a) - Number.isNaN(b)) || (up ? a - b : b - a));
          table.tBodies[0].append(...rows.map(([, row]) => row));
        });
      });
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.body.dataset.root;
    wireLanguage();
    wireSearch(root);
    wireSorting();
    // A grid of many years begins with the newest in sight.
    for (const grid of document.querySelectorAll(".grid")) grid.parentElement.scrollLeft = grid.scrollWidth;
    reveal();
  });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll("main details:not([open])")) { box.open = true; box.dataset.printed = ""; }
  });
  window.addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll("details[data-printed]")) { box.open = false; delete box.dataset.printed; }
  });

  return { add: (name, rows) => { data[name] = rows; } };
})();
