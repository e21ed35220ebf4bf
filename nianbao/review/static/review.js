// Keys and language of the pages of `nianbao review`. Every page works without it, by its buttons and links.
"use strict";
(() => {
  const page = document.documentElement;
  const KEY = "nianbao-language", BY = "nianbao-reviewer";
  const setLanguage = (language) => {
    page.dataset.lang = language;
    page.lang = language === "en" ? "en" : "zh-CN";
  };
  setLanguage(localStorage.getItem(KEY) === "en" ? "en" : "zh");

  const click = (selector) => { const found = document.querySelector(selector); if (found) found.click(); return found !== null; };
  const readings = () => [...document.querySelectorAll("input[name=reading]")];

  const openCorrection = () => {
    const chosen = readings().find((radio) => radio.checked);
    const details = chosen && chosen.closest("section").querySelector("details");
    if (!details) return false;
    details.open = true;
    const first = details.querySelector("input");
    first.focus();
    first.select();
    return true;
  };
  const move = (step) => {
    const links = [...document.querySelectorAll(".list a")];
    if (!links.length) return click(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    const now = links.indexOf(document.activeElement);
    links[Math.min(Math.max(now + step, 0), links.length - 1)].focus();
    return true;
  };
  const undo = () => document.querySelector("button.undo") ? click("button.undo") : click("#edits");
  const KEYS = {
    a: () => click("button[data-key=a]"), r: () => click("button[data-key=r]"), c: openCorrection,
    j: () => move(1), k: () => move(-1), u: undo,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.matches("input:not([type=radio])");
    if (event.key === "Escape") {
      if (field) event.target.blur(); else if (click("#cancel")) event.preventDefault();
    } else if (field) {
      // Enter in a field of a correction corrects; the first button of the form would accept.
      if (event.key === "Enter" && event.target.closest("details")) {
        event.preventDefault();
        event.target.closest("section").querySelector("input[type=radio]").checked = true;
        click("button[value=correct]");
      }
    } else if (/^[1-9]$/.test(event.key)) {
      const radio = readings()[Number(event.key) - 1];
      if (radio) { radio.checked = true; radio.focus(); }
    } else if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("language").addEventListener("click", () => {
      const language = page.dataset.lang === "en" ? "zh" : "en";
      localStorage.setItem(KEY, language);
      setLanguage(language);
    });
    const by = document.getElementById("by");
    if (by) {
      by.value = sessionStorage.getItem(BY) || by.value;
      by.addEventListener("change", () => sessionStorage.setItem(BY, by.value));
    }
  });
})();
