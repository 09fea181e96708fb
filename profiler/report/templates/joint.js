"use strict";
(() => {
  const root = document.documentElement;
  const press = (name, value) => document.querySelectorAll(`[data-${name}]`).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.getAttribute(`data-${name}`) === value));
  });
  const speak = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    document.title = root.getAttribute(`data-title-${lang}`);
    document.querySelectorAll("[aria-label][data-en]").forEach((node) => node.setAttribute("aria-label", node.getAttribute(`data-${lang}`)));
    press("set", lang);
  };
  document.querySelectorAll("[data-set]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.set)));
  document.querySelectorAll("[data-theme-set]").forEach((button) => button.addEventListener("click", () => {
    const theme = button.dataset.themeSet;
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    press("theme-set", theme);
  }));
})();
