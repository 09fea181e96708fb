"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const DATA = read("strip-data"), WORDS = read("words-data");
  const root = document.documentElement, tip = document.getElementById("tip");
  const NS = "http://www.w3.org/2000/svg";
  const LANES = ["leash", "app", "keyboard"];
  const DRIVER_CLASS = { "app main thread": "d0", "insets animation thread": "d1", "keyboard": "d2" };
  const printing = { on: false };
  const LATE = 1, LAYOUT = 2;
  const lang = () => root.dataset.lang;
  const word = (key) => WORDS[key][lang() === "zh" ? 1 : 0];
  const ms = (value) => value.toFixed(1).replace("-", "−") + " ms";
  const signed = (value) => (value > 0 ? "+" : "") + ms(value);

  const node = (parent, name, attributes, text) => {
    const made = document.createElementNS(NS, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  };

  // One strip: where everything stands, in pixels.
  const layOut = (popup, width) => {
    const wide = width >= 560, left = wide ? 104 : 10, right = 12;
    const scale = (width - left - right) / DATA.x;
    const lanes = LANES.filter((lane) => popup.f[lane] && popup.f[lane].length);
    const step = wide ? 28 : 40, top = 30;
    const y = {};
    lanes.forEach((lane, i) => { y[lane] = top + i * step + (wide ? 0 : 17); });
    const bottom = top + lanes.length * step + (wide ? 0 : 2);
    return { wide, left, scale, lanes, y, top, bottom, height: bottom + 20, x: (t) => left + t * scale, end: width - right };
  };

  const CELL = 14;
  const box = (x0, x1, y) => `M${x0.toFixed(1)} ${y}H${x1.toFixed(1)}V${y + CELL}H${x0.toFixed(1)}Z`;

  const drawLane = (svg, popup, lane, at) => {
    const period = popup.T || 1000 / 60, y = at.y[lane], cells = {}, gaps = [], late = [], layout = [];
    const frames = popup.f[lane];
    let outside = 0;
    frames.forEach((frame, i) => {
      const t = frame[0];
      if (t > DATA.x) { outside += 1; return; }
      if (t < 0) return;
      const next = i + 1 < frames.length ? frames[i + 1][0] : Infinity;
      const x0 = at.x(t), x1 = Math.min(at.x(Math.min(t + period, next)), at.end);
      const air = Math.min(1, (x1 - x0) / 5);
      (cells[frame[5]] = cells[frame[5]] || []).push(box(x0, Math.max(x1 - air, x0 + 0.6), y));
      for (let k = 1; k <= frame[4]; k += 1) {
        const g0 = at.x(t - k * period) + 0.5, g1 = at.x(t - (k - 1) * period) - 1.5;
        if (g1 > at.left) gaps.push([Math.max(g0, at.left), Math.max(g1, at.left + 1)]);
      }
      const mid = (x0 + x1) / 2;
      if (frame[3] & LATE) late.push(`M${(mid - 4).toFixed(1)} ${y - 6}h8l-4 6Z`);
      if (frame[3] & LAYOUT) layout.push(mid);
    });
    node(svg, "text", { class: "lane", x: at.wide ? 8 : at.left, y: at.wide ? y + 11 : y - 6 }, word(lane));
    for (const driver in cells) {
      node(svg, "path", { class: DRIVER_CLASS[DATA.drivers[driver]] || "d0", d: cells[driver].join("") });
    }
    if (gaps.length) {
      // Too narrow for a cross: a solid bar of half the height tells it apart without colour.
      const solid = gaps[0][1] - gaps[0][0] < 8;
      node(svg, "path", { class: "gapbg", d: gaps.map(([a, b]) => box(a, b, y)).join("") });
      node(svg, "path", {
        class: solid ? "gap solid" : "gap",
        d: gaps.map(([a, b]) => solid ? `M${a.toFixed(1)} ${y + 4}H${b.toFixed(1)}v6H${a.toFixed(1)}Z` : box(a, b, y) + `M${a.toFixed(1)} ${y}L${b.toFixed(1)} ${y + CELL}M${b.toFixed(1)} ${y}L${a.toFixed(1)} ${y + CELL}`).join(""),
      });
    }
    if (late.length) node(svg, "path", { class: "late", d: late.join("") });
    if (layout.length) {
      node(svg, "path", { class: "layout", d: layout.map((x) => `M${(x - 2).toFixed(1)} ${y + CELL + 4}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`).join("") });
    }
    if (outside) node(svg, "text", { x: at.end, y: y + 11, "text-anchor": "end" }, `▸ ${outside} ${word("later")}`);
  };

  const drawFrame = (svg, popup, at) => {
    const lead = popup.f.leash && popup.f.leash.length ? popup.f.leash[0][0] : 0;
    const period = popup.T || 1000 / 60, lines = [];
    if (period * at.scale >= 3) {
      for (let t = lead % period; t <= DATA.x; t += period) lines.push(`M${at.x(t).toFixed(1)} ${at.top - 2}V${at.bottom}`);
      node(svg, "path", { class: "grid-lines", d: lines.join("") });
    }
    node(svg, "path", { class: "axis", d: `M${at.left} ${at.bottom}H${at.end}` });
    const tick = DATA.x * 0.1 * (at.wide ? 1 : 2) > 50 ? 100 : 50;
    for (let t = 0; t <= DATA.x + 0.1; t += tick) {
      node(svg, "path", { class: "axis", d: `M${at.x(t).toFixed(1)} ${at.bottom}v4` });
      const anchor = t === 0 ? "start" : t + tick > DATA.x ? "end" : "middle";
      const text = t === 0 && at.wide ? `0 ${word("up")}` : t + tick > DATA.x ? `${t} ms` : String(t);
      node(svg, "text", { x: at.x(t), y: at.bottom + 15, "text-anchor": anchor }, text);
    }
    const [start, end] = popup.s;
    if (start !== null) {
      const stop = Math.min(end === null ? DATA.x : end, DATA.x);
      node(svg, "path", { class: "slide", d: `M${at.x(Math.max(start, 0)).toFixed(1)} 26v-5H${at.x(stop).toFixed(1)}v5` });
    }
  };

  const drawMarks = (svg, popup, at) => {
    const [first, settled, response] = popup.m;
    const mark = (t, key, anchor) => {
      if (t === null || t > DATA.x) return;
      const x = at.x(t);
      node(svg, "path", { class: "mark", d: `M${x.toFixed(1)} 17V${at.bottom}` });
      node(svg, "text", { x: x + (anchor === "start" ? -2 : 2), y: 13, "text-anchor": anchor }, `${word(key)} ${ms(t)}`);
    };
    mark(first, "first", "start");
    mark(settled, "settled", at.x(settled || 0) > at.end - 70 ? "end" : "start");
    if (response !== null && response <= DATA.x && at.y.app !== undefined) {
      const x = at.x(response), y = at.y.app + CELL / 2;
      node(svg, "path", { class: "answer", d: `M${x.toFixed(1)} ${y - 6}l6 6l-6 6l-6 -6Z` });
    }
  };

  const draw = (strip) => {
    const popup = DATA.p[Number(strip.dataset.p)], width = printing.on ? 700 : strip.clientWidth;
    if (!width) return;
    const at = layOut(popup, width);
    strip.textContent = "";
    const svg = node(strip, "svg", { viewBox: `0 0 ${width} ${at.height}`, "aria-hidden": "true" });
    if (!at.lanes.length) {
      node(svg, "text", { x: 10, y: 20 }, word("none"));
    } else {
      drawFrame(svg, popup, at);
      at.lanes.forEach((lane) => drawLane(svg, popup, lane, at));
      drawMarks(svg, popup, at);
    }
    strip.at = at;
    strip.drawn = `${width} ${lang()}`;
    if (!printing.on) strip.where = null;
    strip.cursor = null;
  };

  const fresh = (strip) => { if (strip.drawn !== `${strip.clientWidth} ${lang()}`) draw(strip); };
  const strips = [...document.querySelectorAll(".strip")];
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) { seen.add(entry.target); fresh(entry.target); } else seen.delete(entry.target);
    }
  }, { rootMargin: "600px" });
  strips.forEach((strip) => watcher.observe(strip));
  addEventListener("resize", () => seen.forEach(fresh));
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.others)")];
    opened.forEach((one) => { one.open = true; });
    printing.on = true;
    strips.filter((strip) => strip.clientWidth).forEach(draw);  // all widths first: one layout, not one a strip
  });
  addEventListener("afterprint", () => {
    printing.on = false;
    opened.forEach((one) => { one.open = false; });
    strips.forEach((strip) => { strip.drawn = ""; });
    seen.forEach(fresh);
  });

  // A click, or Enter, on a frame: what is known of it, and where it lies in the trace.
  const show = (strip) => {
    if (!strip.where) return;
    const popup = DATA.p[Number(strip.dataset.p)], [lane, index] = strip.where, frame = popup.f[lane][index];
    const old = strip.nextElementSibling;
    const panel = old && old.className === "detail" ? old : strip.parentNode.insertBefore(document.createElement("div"), strip.nextSibling);
    panel.className = "detail"; panel.setAttribute("role", "region"); panel.setAttribute("aria-live", "polite"); panel.setAttribute("aria-label", word("frame_details"));
    panel.textContent = "";
    const line = (text, cls, tag) => { const made = document.createElement(tag || "div"); made.textContent = text; if (cls) made.className = cls; panel.appendChild(made); return made; };
    const shut = line(word("close"), "shut", "button");
    shut.type = "button";
    shut.addEventListener("click", () => { panel.remove(); strip.focus(); });
    describe(popup, lane, frame).forEach((text) => line(text));
    const z = lang() === "zh" ? 1 : 0, text = (i) => DATA.texts[i];
    const late = (popup.l || []).find((one) => one[0] === lane && Math.abs(one[1] - frame[0]) < 0.5);
    if (late) {
      line(`${text(late[3][z])} · ${word("stage")}: ${text(late[4][z])} · ${word("frame_owner")} ${text(late[5])}`);
      if (late[6].length) line(`${word("doing")}: ` + late[6].map((d) => `${text(d[z])} ${ms(d[2])}`).join(", "));
      if (late[7].length) { line(word("slices"), "soft"); const list = line("", "plain", "ul"); late[7].forEach((s) => { list.appendChild(document.createElement("li")).textContent = `${text(s[0])}  ${ms(s[1])}`; }); }
    } else line(word("no_explained"), "soft");
    const ns = late ? late[2] : popup.t0 ? popup.t0 + Math.round(frame[0] * 1e6) : null;
    if (popup.r !== undefined && ns !== null) {
      const path = DATA.traces[popup.r];
      line(word("open_there"), "soft");
      line(`silky trace open ${path} --at ${ns}`, "mono", "pre");
    }
  };

  // Reading single frames, by pointer and by keys.
  const describe = (popup, lane, frame) => {
    const [t, ready, deadline, flags, missed, driver, jank] = frame;
    const lines = [`${word(lane)} · ${word("on_screen")} ${ms(t)}`, DATA.driver_texts[driver][lang() === "zh" ? 1 : 0]];
    if (missed) lines.push(`${word("missed")}: ${missed}`);
    if (ready !== null) lines.push(`${word("ready")} ${ms(t + ready)}` + (deadline === null ? "" : `, ${word("deadline")} ${ms(t + deadline)}, ${word("overrun")} ${signed(ready - deadline)}`));
    const notes = [];
    if (flags & LATE) notes.push(word("late"));
    if (flags & LAYOUT) notes.push(word("layout"));
    if (jank !== undefined) notes.push(DATA.jank[jank]);
    if (notes.length) lines.push(notes.join(" · "));
    return lines;
  };

  const point = (strip, lane, index) => {
    const popup = DATA.p[Number(strip.dataset.p)], at = strip.at, frame = popup.f[lane][index];
    const period = popup.T || 1000 / 60, x = at.x(frame[0]);
    const svg = strip.firstChild;
    if (strip.cursor) strip.cursor.remove();
    strip.cursor = node(svg, "rect", { class: "cursor", x: x - 1, y: at.y[lane] - 1, width: Math.max(period * at.scale + 1, 4), height: CELL + 2, rx: 2 });
    strip.where = [lane, index];
    tip.textContent = "";
    describe(popup, lane, frame).forEach((line) => tip.appendChild(document.createElement("div")).textContent = line);
    tip.hidden = false;
    const place = strip.getBoundingClientRect();
    const leftmost = Math.min(place.left + x, innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${scrollX + Math.max(leftmost, 8)}px`;
    tip.style.top = `${scrollY + place.top + at.y[lane] + CELL + 12}px`;
  };
  const leave = (strip) => { tip.hidden = true; if (strip.cursor) strip.cursor.remove(); strip.cursor = null; };
  const inView = (strip, lane) => DATA.p[Number(strip.dataset.p)].f[lane].map((f, i) => [f[0], i]).filter(([t]) => t >= 0 && t <= DATA.x);

  const nearest = (strip, px, py) => {
    const at = strip.at;
    if (!at || !at.lanes.length) return;
    const lane = at.lanes.reduce((a, b) => (Math.abs(at.y[b] + CELL / 2 - py) < Math.abs(at.y[a] + CELL / 2 - py) ? b : a));
    const period = DATA.p[Number(strip.dataset.p)].T || 1000 / 60, t = (px - at.left) / at.scale - period / 2;
    const best = inView(strip, lane).reduce((a, b) => (a === null || Math.abs(b[0] - t) < Math.abs(a[0] - t) ? b : a), null);
    if (best) point(strip, lane, best[1]);
  };

  const step = (strip, key) => {
    const at = strip.at;
    if (!at || !at.lanes.length) return false;
    let [lane, index] = strip.where || [at.lanes[0], -1];
    if (key === "ArrowUp" || key === "ArrowDown") {
      const i = at.lanes.indexOf(lane) + (key === "ArrowDown" ? 1 : -1);
      if (i < 0 || i >= at.lanes.length) return true;
      const t = index >= 0 ? DATA.p[Number(strip.dataset.p)].f[lane][index][0] : 0;
      lane = at.lanes[i];
      const rows = inView(strip, lane);
      if (rows.length) point(strip, lane, rows.reduce((a, b) => (Math.abs(b[0] - t) < Math.abs(a[0] - t) ? b : a))[1]);
      return true;
    }
    const rows = inView(strip, lane), here = rows.findIndex(([, i]) => i === index);
    const to = key === "Home" ? 0 : key === "End" ? rows.length - 1 : here + (key === "ArrowRight" ? 1 : -1);
    if (to >= 0 && to < rows.length) point(strip, lane, rows[to][1]);
    return true;
  };

  strips.forEach((strip) => {
    const over = (event) => {
      const place = strip.getBoundingClientRect();
      nearest(strip, event.clientX - place.left, event.clientY - place.top);
    };
    strip.addEventListener("pointermove", over);
    strip.addEventListener("pointerdown", over);
    strip.addEventListener("click", () => show(strip));
    strip.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") leave(strip); });
    strip.addEventListener("blur", () => leave(strip));
    strip.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && strip.where) { show(strip); event.preventDefault(); return; }
      if (event.key === "Escape") { leave(strip); return; }
      if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return;
      if (step(strip, event.key)) event.preventDefault();
    });
  });

  const hash = () => new URLSearchParams(location.hash.slice(1));
  const keep = (key, value) => {
    const all = hash();
    all.set(key, value);
    [...all.keys()].forEach((k) => { if (k !== "lang" && k !== "theme") all.delete(k); });
    try { history.replaceState(null, "", `#${all}`); } catch { location.hash = String(all); }
  };
  const setTheme = (to) => {
    if (to === "auto") delete root.dataset.theme; else root.dataset.theme = to;
    document.querySelectorAll("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeSet === to)));
  };
  document.querySelectorAll("[data-theme-set]").forEach((b) => b.addEventListener("click", () => { setTheme(b.dataset.themeSet); keep("theme", b.dataset.themeSet); }));
  if (/^(light|dark)$/.test(hash().get("theme") || "")) setTheme(hash().get("theme"));
  const setLanguage = (to) => {
    root.dataset.lang = to;
    root.lang = to === "zh" ? "zh-Hans" : "en";
    document.title = root.dataset[to === "zh" ? "titleZh" : "titleEn"];
    document.querySelectorAll("[data-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.set === to)));
    document.querySelectorAll("[data-en][data-zh]").forEach((one) => one.setAttribute("aria-label", one.dataset[to]));
    document.querySelectorAll(".detail").forEach((one) => one.remove());
    tip.hidden = true;
    seen.forEach(fresh);
  };
  document.querySelectorAll("[data-set]").forEach((button) => button.addEventListener("click", () => { setLanguage(button.dataset.set); keep("lang", button.dataset.set); }));
  const asked = hash().get("lang") || new URLSearchParams(location.search).get("lang");
  if (asked === "zh" || asked === "en") setLanguage(asked);
})();
