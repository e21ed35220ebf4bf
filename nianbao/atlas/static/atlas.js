// Scripts of the atlas, which work without a server: language, search, sorting of rankings, opening of link targets.
"use strict";

const nianbaoAtlas = (() => {
  const page = document.documentElement;
  const KEY = "nianbao-language";

  // A page on disk may not have storage; the window's name then keeps the language as long as the tab is open.
  const savedLanguage = () => {
    try { const saved = localStorage.getItem(KEY); if (saved) return saved; } catch { /* denied: use the window's name */ }
    if (window.name.startsWith(KEY)) return window.name === KEY + "-en" ? "en" : "zh";
    // Without a choice, the first language of the browser that the atlas has.
    for (const language of navigator.languages || [navigator.language || ""]) {
      const name = language.slice(0, 2).toLowerCase();
      if (name === "zh" || name === "en") return name;
    }
    return "en";
  };
  const saveLanguage = (language) => {
    try { localStorage.setItem(KEY, language); } catch { /* denied: use the window's name */ }
    if (window.name === "" || window.name.startsWith(KEY)) window.name = KEY + "-" + language;
  };
  const setLanguage = (language) => {
    page.dataset.lang = language;
    page.lang = language === "en" ? "en" : "zh-CN";
    const input = document.getElementById("q");
    if (input) input.placeholder = language === "en" ? "reconsideration, 深圳 2019, GDP" : "行政复议、深圳 2019、GDP";
  };
  setLanguage(savedLanguage());

  // ---- tooltips have both languages, "zh | en": show that of the page when the pointer or the focus comes
  const originals = new WeakMap();
  const chooseTitle = (event) => {
    for (let element = event.target; element && element !== page; element = element.parentNode) {
      const holder = element.namespaceURI === "http://www.w3.org/2000/svg" ? [...element.children].find((child) => child.tagName === "title") : null;
      const own = holder ? holder.textContent : element.getAttribute && element.getAttribute("title");
      if (!own) continue;
      const key = holder || element;
      if (!originals.has(key)) originals.set(key, own);
      const parts = originals.get(key).split(" | ");
      if (parts.length !== 2) return;
      const text = parts[page.dataset.lang === "en" ? 1 : 0];
      if (holder) { if (holder.textContent !== text) holder.textContent = text; } else element.setAttribute("title", text);
      return;
    }
  };
  document.addEventListener("pointerover", chooseTitle);
  document.addEventListener("focusin", chooseTitle);

  // ---- search: small script files, loaded when the search is first used
  const data = {};
  const NAMES = ["families", "bodies", "indicators", "reports"];
  let loading = false;
  const load = (root, onLoad) => {
    if (loading) return;
    loading = true;
    for (const name of NAMES) {
      const script = document.createElement("script");
      script.src = `${root}search/${name}.js`;
      script.onload = onLoad;
      document.head.append(script);
    }
  };
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const terms = (query) => fold(query).match(/\d+|[a-z][a-z'-]*|[^\s\da-z]+/g) || [];

  const find = (query) => {
    const queryTerms = terms(query);
    if (!queryTerms.length) return [];
    const places = data.bodies || [], indicators = data.indicators || [], reports = data.reports || [];
    const score = (texts, required) => {
      let sum = 0;
      for (const term of required) {
        let best = 0;
        for (const text of texts) {
          const position = text.indexOf(term);
          if (position >= 0) best = Math.max(best, text === term ? 4 : position === 0 ? 2 : 1);
        }
        if (!best) return 0;
        sum += best;
      }
      return sum;
    };
    const ranked = (rows, texts, required = queryTerms) => rows
      .map((row) => [score(texts(row), required), row]).filter(([n]) => n)
      .sort(([a, x], [b, y]) => b - a || (y[4] || 0) - (x[4] || 0)).map(([, row]) => row);
    const ofPlace = (row) => [fold(row[1]), row[0], ...fold(row[5]).split(" ")];
    const ofIndicator = (row) => [fold(row[1]), fold(row[2]), ...fold(row[3]).split(" "), row[0]];
    const found = [];
    for (const row of ranked(places, ofPlace).slice(0, 6))
      found.push(["bodies", `j/${row[0]}.html`, row[1], row[1], row[2] === row[1] ? "" : row[2]]);
    for (const row of ranked(indicators, ofIndicator).slice(0, 8))
      found.push(["indicators", `i/${row[0]}.html`, row[1], row[2], ""]);
    // Some of the terms may name the place, the others an indicator or the year of a report.
    const naming = queryTerms.filter((term) => places.some((row) => score(ofPlace(row), [term])));
    const rest = queryTerms.filter((term) => !naming.includes(term));
    const named = naming.length ? ranked(places, ofPlace, naming).slice(0, 4) : [];
    if (rest.length) for (const place of named)
      for (const row of ranked(indicators, ofIndicator, rest).slice(0, 3))
        found.push(["series", `j/${place[0]}.html#${row[0]}`, `${place[1]} ${row[1]}`, `${place[1]} ${row[2]}`, ""]);
    const chosen = named.length ? named : rest.some((term) => /^\d{4}$/.test(term)) ? places : [];
    const families = new Map((data.families || []).map(([code, ...names]) => [code, names]));
    let n = 0;
    // A place that got another code has reports under both.
    const reportsOf = (key) => reports.filter((row) => row[0] === key)
      .flatMap(([, prefix, names]) => names.split(" ").map((name) => [prefix, name]));
    for (const place of chosen) for (const [prefix, name] of reportsOf(place[0]).reverse()) {
      const [family, zh, en] = families.get(name[0]) || ["", "", ""];
      const year = name.slice(1);
      if (!family || n >= 12 || score([year, zh, en, "报告"], rest) === 0 && rest.length) continue;
      found.push(["reports", `r/${family}-${prefix}-${year}.html`, `${place[1]} ${year} ${zh}`, `${place[1]} ${year} ${en}`, ""]);
      n += 1;
    }
    return found;
  };

  const HEADS = {
    bodies: ["地区与机构", "Places and bodies"], indicators: ["指标", "Indicators"],
    series: ["地区的指标", "Indicators of a jurisdiction"], reports: ["报告", "Reports"],
  };
  const appendBilingual = (element, zh, en) => {
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
      box.append(appendBilingual(document.createElement("p"), "没有找到", "Nothing found"));
      return;
    }
    let last = "", list = null;
    for (const [kind, href, zh, en, detail] of found) {
      if (kind !== last) {
        box.append(appendBilingual(document.createElement("h2"), ...HEADS[kind]));
        list = document.createElement("ul");
        box.append(list);
        last = kind;
      }
      const link = document.createElement("a");
      link.href = root + href;
      appendBilingual(link, zh, en);
      if (detail) { const small = document.createElement("small"); small.textContent = " " + detail; link.append(small); }
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
  };

  const wireSearch = (root) => {
    const form = document.getElementById("search"), input = document.getElementById("q");
    const box = document.getElementById("results");
    const update = () => show(box, root, find(input.value), input.value);
    form.hidden = false;
    setLanguage(page.dataset.lang);
    input.addEventListener("focus", () => load(root, update));
    input.addEventListener("input", () => { load(root, update); update(); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = box.querySelector("a");
      if (first) first.click();
    });
    form.addEventListener("keydown", (event) => {
      const links = [...box.querySelectorAll("a")], position = links.indexOf(document.activeElement);
      if (event.key === "Escape") { box.hidden = true; input.focus(); }
      else if (event.key === "ArrowDown" && links.length) (links[position + 1] || links[0]).focus();
      else if (event.key === "ArrowUp" && position >= 0) (links[position - 1] || input).focus();
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
      setLanguage(language);
      saveLanguage(language);
    });
  };

  // ---- open the closed details around the target of a link
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    if (target.classList.contains("card")) for (const box of target.getElementsByTagName("details")) box.open = true;
    target.scrollIntoView({ block: target.classList.contains("m") ? "center" : "start" });
  };

  // ---- sort a ranking by any of its years
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

  const scrollGrids = () => {
    for (const grid of document.querySelectorAll(".grid")) grid.parentElement.scrollLeft = grid.scrollWidth;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.body.dataset.root;
    wireLanguage();
    wireSearch(root);
    wireSorting();
    // Scroll wide grids to the newest year.
    scrollGrids();
    reveal();
  });
  // The layout may not be final before.
  window.addEventListener("load", scrollGrids);
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll("main details:not([open])")) { box.open = true; box.dataset.printed = ""; }
  });
  window.addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll("details[data-printed]")) { box.open = false; delete box.dataset.printed; }
  });

  return { add: (name, rows) => { data[name] = rows; } };
})();
