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
    if (input) input.placeholder = (language === "en" ? input.dataset.en : input.dataset.zh) || "";
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
      if (parts.length < 2) return;
      // A third part is the same in both languages.
      const text = [parts[page.dataset.lang === "en" ? 1 : 0], ...parts.slice(2)].join(" · ");
      if (holder) { if (holder.textContent !== text) holder.textContent = text; } else element.setAttribute("title", text);
      return;
    }
  };
  document.addEventListener("pointerover", chooseTitle);
  document.addEventListener("focusin", chooseTitle);

  // ---- search: small script files, loaded when the search is first used
  const data = {};
  const NAMES = ["families", "bodies", "indicators", "reports", "synonyms"];
  const asked = new Set();
  const loadScript = (path, onLoad) => {
    if (asked.has(path)) return;
    asked.add(path);
    const script = document.createElement("script");
    script.src = path;
    script.onload = onLoad;
    document.head.append(script);
  };
  const waiting = [];
  const load = (root, onLoad) => {
    if (onLoad) waiting.push(onLoad);
    const tell = () => { for (const each of waiting) each(); };
    for (const name of NAMES) loadScript(`${root}search/${name}.js`, tell);
  };
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const isYear = (term) => /^(19|20)\d\d$/.test(term);
  const terms = (query) => fold(query).match(/[a-z][a-z\d.'-]*|\d+(?:\.\d+)?|[^\s\da-z]+/g) || [];

  // The texts of a row, folded once.
  const folded = new WeakMap();
  const textsOf = (row, texts) => {
    if (!folded.has(row)) folded.set(row, texts(row).map(fold).filter(Boolean));
    return folded.get(row);
  };
  const ofPlace = (row) => textsOf(row, () => [row[1], row[2], ...row[5].split(" "), ...row[6].split(" ")]);
  const ofIndicator = (row) => textsOf(row, () => [row[1], row[2], ...row[3].split(" "), ...row[4].split(" "), row[0].replaceAll("_", " ")]);
  const synonymsOf = (term) => {
    const group = (data.synonyms || []).find((words) => words.includes(term));
    return group ? [term, ...group.filter((word) => word !== term)] : [term];
  };
  const scoreOf = (texts, wanted, code = "") => {
    let sum = 0;
    for (const term of wanted) {
      let best = code && /^\d{2,}$/.test(term) && code.startsWith(term) ? 2 : 0;
      for (const [n, word] of synonymsOf(term).entries()) for (const text of texts) {
        const position = text.indexOf(word);
        if (position < 0) continue;
        const points = text === word ? 4 : position === 0 ? 2 : 1;
        best = Math.max(best, n ? points / 2 : points);
      }
      if (!best) return 0;
      sum += best;
    }
    return sum;
  };
  const ranked = (rows, score, weight) => rows.map((row) => [score(row), row]).filter(([n]) => n)
    .sort(([a, x], [b, y]) => b - a || weight(y) - weight(x)).map(([, row]) => row);

  // 清远行政复议 names a place and an indicator: split a Chinese term behind the name of a place.
  const splitPlaces = (query) => query.flatMap((term) => {
    if (!/^[^\da-z]{3,}$/.test(term)) return [term];
    let name = "";
    for (const row of data.bodies || []) for (const full of [fold(row[1]), fold(row[1]).slice(0, -1)])
      if (full.length > 1 && full.length > name.length && term.startsWith(full)) name = full;
    return name && name.length < term.length ? [name, term.slice(name.length).replace(/^的/, "")].filter(Boolean) : [term];
  });

  const place = (row) => ["bodies", `j/${row[0]}.html`, row[1], row[2], row[3] === row[1] ? "" : row[3], ""];
  const indicator = (row) => ["indicators", `i/${row[0]}.html`, row[1], row[2],
    [row[5], row[7], `${row[8]} 个地区`].filter(Boolean).join(" · "), [row[6], row[7], `${row[8]} places`].filter(Boolean).join(" · ")];

  const find = (query, root, onLoad) => {
    const all = splitPlaces(terms(query));
    if (!all.length) return [];
    const places = data.bodies || [], indicators = data.indicators || [], reports = data.reports || [];
    const words = all.some((term) => !isYear(term)) ? all.filter((term) => !isYear(term)) : all;
    const found = [];
    const byGovernment = (row) => row[4], byUse = (row) => row[9];
    found.push(...ranked(places, (row) => scoreOf(ofPlace(row), words, row[0]), byGovernment).map(place));
    // Some of the words may name the place, the others an indicator of it or a kind of report.
    const naming = words.filter((term) => places.some((row) => scoreOf(ofPlace(row), [term], row[0])));
    const rest = words.filter((term) => !naming.includes(term));
    const named = naming.length ? ranked(places, (row) => scoreOf(ofPlace(row), naming, row[0]), byGovernment).slice(0, 6) : [];
    if (rest.length) for (const row of named) {
      const own = data[`series/${row[0]}`];
      if (!own) { loadScript(`${root}search/series/${row[0]}.js`, onLoad); continue; }
      const ids = new Map(own.map((entry) => [entry[0], entry]));
      const having = indicators.filter((each) => ids.has(each[0]));
      for (const each of ranked(having, (one) => scoreOf(ofIndicator(one), rest), byUse).slice(0, 12)) {
        const [, years, newest, zh, en, page = `j/${row[0]}.html`] = ids.get(each[0]);
        found.push(["series", `${page}#${each[0]}`, `${row[1]} ${each[1]}`, `${row[2]} ${each[2]}`,
          `${years} · ${newest}: ${zh}`, `${years} · ${newest}: ${en}`]);
      }
    }
    found.push(...ranked(indicators, (row) => scoreOf(ofIndicator(row), words), byUse).map(indicator));
    const years = all.filter(isYear);
    const families = new Map((data.families || []).map(([code, ...names]) => [code, names]));
    const kindNamed = [...families.values()].some(([, zh, en]) => rest.length && scoreOf([fold(zh), fold(en)], rest));
    const chosen = named.length ? named : years.length && (!rest.length || kindNamed) ? places : [];
    for (const row of chosen) for (const [, prefix, names] of reports.filter((each) => each[0] === row[0]))
      for (const name of names.split(" ").reverse()) {
        const [family, zh, en] = families.get(name[0]) || ["", "", ""];
        const year = name.slice(1);
        if (!family || (years.length && !years.some((wanted) => year.startsWith(wanted)))) continue;
        if (rest.length && !scoreOf([fold(zh), fold(en), "报告", "report"], rest)) continue;
        found.push(["reports", `r/${family}-${prefix}-${year}.html`, `${row[1]} ${year} ${zh}`, `${row[2]} ${year} ${en}`, "", ""]);
      }
    return found;
  };

  // What is near a query that finds nothing: results for a part of its words, else names that share characters with it.
  const neighbours = (query, root, onLoad) => {
    const words = splitPlaces(terms(query));
    const parts = words.length > 1 ? words.flatMap((word) => find(word, root, onLoad).slice(0, 4)) : [];
    if (parts.length) return parts.filter((row, n) => parts.findIndex((other) => other[1] === row[1]) === n);
    const pairs = (text) => new Set([...text].map((letter, n) => letter + ([...text][n + 1] || "")));
    const wanted = pairs(fold(query).replace(/\s/g, ""));
    const likeness = (texts) => Math.max(0, ...texts.map((text) => {
      const own = pairs(text.replace(/\s/g, ""));
      const shared = [...wanted].filter((pair) => own.has(pair)).length;
      return shared / (wanted.size + own.size - shared);
    }));
    const near = (rows, texts) => rows.map((row) => [likeness(texts(row)), row]).filter(([n]) => n > 0.12)
      .sort(([a], [b]) => b - a).slice(0, 4).map(([, row]) => row);
    return [...near(data.bodies || [], ofPlace).map(place), ...near(data.indicators || [], ofIndicator).map(indicator)];
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
  const SHOWN = 6;
  const addHit = (list, root, [, href, zh, en, detailZh, detailEn]) => {
    const link = document.createElement("a");
    link.href = root + href;
    appendBilingual(link, zh, en);
    if (detailZh || detailEn) {
      const small = document.createElement("small");
      small.append(" ");
      link.append(appendBilingual(small, detailZh, detailEn || detailZh));
    }
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  };
  const showGroups = (box, root, found) => {
    for (const kind of new Set(found.map(([name]) => name))) {
      const hits = found.filter(([name]) => name === kind);
      box.append(appendBilingual(document.createElement("h2"), ...HEADS[kind]));
      const list = document.createElement("ul");
      box.append(list);
      for (const hit of hits.slice(0, SHOWN)) addHit(list, root, hit);
      if (hits.length <= SHOWN) continue;
      const more = appendBilingual(document.createElement("button"), `全部 ${hits.length} 个`, `All ${hits.length}`);
      more.type = "button";
      more.addEventListener("click", (event) => {
        event.stopPropagation();
        more.remove();
        for (const hit of hits.slice(SHOWN)) addHit(list, root, hit);
        list.children[SHOWN].firstChild.focus();
      });
      box.append(more);
    }
  };
  const show = (box, root, query, onLoad) => {
    box.replaceChildren();
    box.hidden = !query.trim();
    if (box.hidden) return;
    const found = find(query, root, onLoad);
    if (!found.length) {
      const near = neighbours(query, root, onLoad);
      box.append(near.length
        ? appendBilingual(document.createElement("p"), "没有找到。相近的有：", "Nothing found. Similar are:")
        : appendBilingual(document.createElement("p"), "没有找到", "Nothing found"));
      showGroups(box, root, near);
      return;
    }
    showGroups(box, root, found);
  };

  const wireSearch = (root) => {
    const form = document.getElementById("search"), input = document.getElementById("q");
    const box = document.getElementById("results");
    const update = () => show(box, root, input.value, update);
    waiting.push(update);
    form.hidden = false;
    setLanguage(page.dataset.lang);
    input.addEventListener("focus", () => load(root, null));
    input.addEventListener("input", () => { load(root, null); update(); });
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
      document.dispatchEvent(new Event("nianbao-language"));
    });
  };

  // ---- open the closed details around the target of a link
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    // The permanent address of a cell of a form leads on to its table.
    const cells = target.parentElement && target.parentElement.dataset.cells;
    if (cells) { location.replace(`${cells}#${target.id}`); return; }
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

  // ---- save the charts of a page as SVG or PNG
  const CHART_STYLE = "text{fill:#59616a;font:10px sans-serif}.bottom text{text-anchor:middle}.left text{text-anchor:end}" +
    "line{stroke:#d9dde1}.bottom line{stroke:none}path{fill:none;stroke:#0b57a4;stroke-width:1.6}circle{fill:#0b57a4}" +
    ".bound,.later,.unsure{fill:#fff;stroke:#0b57a4;stroke-width:1.6}.revised{fill:none;stroke:#7a5200}" +
    ".break{stroke:#7a5200;stroke-dasharray:3 3}.cut{stroke-dasharray:2 3}.panel path{stroke:#59616a;stroke-width:1}.panel circle{fill:#59616a}.few path{stroke:#0b57a4;stroke-width:1.8}.few circle{fill:#0b57a4}" +
    ".panel .median path{stroke:#0b57a4;stroke-width:2.6}";
  const saveFile = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const standalone = (chart) => {
    const copy = chart.cloneNode(true), [, , width, height] = chart.getAttribute("viewBox").split(" ");
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    for (const text of copy.querySelectorAll(page.dataset.lang === "en" ? ".zh" : ".en")) text.remove();
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = CHART_STYLE;
    copy.prepend(style);
    return [new XMLSerializer().serializeToString(copy), Number(width), Number(height)];
  };
  const savePng = (chart, name) => {
    const [text, width, height] = standalone(chart), image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * 3;
      canvas.height = height * 3;
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => saveFile(blob, `${name}.png`));
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };
  const wireSaving = () => {
    for (const chart of document.querySelectorAll("svg.chart")) {
      const box = chart.closest("article, figure");
      const name = (location.pathname.split("/").pop() || "chart").replace(/\.html$/, "") + (box.id ? `-${box.id}` : "");
      const line = document.createElement("p");
      line.className = "save";
      for (const [kind, act] of [["SVG", () => saveFile(new Blob([standalone(chart)[0]], { type: "image/svg+xml" }), `${name}.svg`)], ["PNG", () => savePng(chart, name)]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = kind;
        button.addEventListener("click", act);
        line.append(button, " ");
      }
      chart.after(line);
    }
  };

  // ---- notices are open where they are at the side; a click on a chart shows its figures, one on a point its sentence
  const wireDetails = () => {
    if (matchMedia("(min-width: 70rem)").matches) for (const box of document.querySelectorAll("details.notices")) box.open = true;
    for (const chart of document.querySelectorAll(".card svg.chart")) chart.addEventListener("click", (event) => {
      const card = chart.closest(".card"), box = card.querySelector("details");
      // A point leads to the sentence of its year, as in the table.
      const year = event.target.tagName === "circle" && event.target.textContent.slice(0, 4);
      const row = year && [...card.querySelectorAll("tbody tr")].find((each) => each.cells[0].textContent === year);
      const link = row && row.querySelector("td a");
      if (link) location.href = link.href; else if (box) box.open = !box.open;
    });
  };

  // ---- filter the long lists of a page
  const wireFilter = () => {
    const box = document.querySelector(".filter");
    if (!box) return;
    const groups = [...document.querySelectorAll("[data-filter]")];
    const items = new Map(groups.map((group) => [group, [...group.querySelectorAll("li, tr")].filter((item) => !item.closest("thead"))]));
    if ([...items.values()].flat().length < 12) return;
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const wanted = fold(event.target.value).split(/\s+/).filter(Boolean);
      for (const [group, own] of items) {
        let shown = 0;
        for (const item of own) {
          const text = fold(item.textContent), matches = wanted.every((term) => text.includes(term));
          item.classList.toggle("unlike", !matches);
          shown += matches;
        }
        if (group.tagName === "SECTION") group.classList.toggle("unlike", own.length > 0 && !shown);
      }
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    const root = document.body.dataset.root;
    wireLanguage();
    wireSearch(root);
    wireSorting();
    wireSaving();
    wireFilter();
    wireDetails();
    reveal();
  });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll("main details:not([open])")) { box.open = true; box.dataset.printed = ""; }
  });
  window.addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll("details[data-printed]")) { box.open = false; delete box.dataset.printed; }
  });

  return { add: (name, rows) => { data[name] = rows; }, data, load, loadScript };
})();
