"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const WIDTH = 210, HEIGHT = 44, COLUMN = 290, ROW = 58, BATCH = 20, FIRST = 120, AT_ONCE = 8, MOST = 3000, HITS = 50, READABLE = 0.6;
  const SVG = "http://www.w3.org/2000/svg";
  const byId = new Map(data.nodes.map(n => [n.id, n]));
  const edges = data.edges.filter(e => byId.has(e.from) && byId.has(e.to));
  const around = new Map(data.nodes.map(n => [n.id, []]));
  for (const e of edges) { around.get(e.from).push([e.to, e]); around.get(e.to).push([e.from, e]); }
  const starts = data.start.filter(id => byId.has(id));
  if (!starts.length && data.nodes.length) starts.push(data.nodes[0].id);

  // How many neighbours of a node are unfolded. What is drawn hangs on the starts through unfolded nodes.
  const unfolded = new Map();
  let shown = new Set(), chosen = null, found = new Set(), places = new Map();
  const view = { x: 0, y: 0, scale: 1 };
  const svg = document.getElementById("graph"), layer = document.getElementById("view");
  const detail = document.getElementById("detail"), hits = document.getElementById("hits"), search = document.getElementById("search");

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [k, v] of Object.entries(attributes)) k === "onclick" ? element.addEventListener("click", v) : element.setAttribute(k, v);
    element.append(...children);
    return element;
  };
  const draw = (tag, attributes = {}, text = null) => {
    const element = document.createElementNS(SVG, tag);
    for (const [k, v] of Object.entries(attributes)) element.setAttribute(k, v);
    if (text !== null) element.textContent = text;
    return element;
  };
  const cut = (text, most) => text.length <= most ? text : text.slice(0, Math.ceil(most / 2) - 1) + "…" + text.slice(-Math.floor(most / 2));
  const bare = type => (type || "").replace(/^system\./, "");
  const label = n => n.kind === "execution" ? n.task || n.name || bare(n.type) : n.name || (n.uri || "").split("/").pop() || bare(n.type);
  const second = n => n.kind === "execution"
    ? [n.state === "COMPLETE" ? "" : n.state, n.run_id ? "run " + n.run_id.slice(0, 8) : ""].filter(Boolean).join(" · ")
    : [bare(n.type), n.id.split(":").pop().slice(0, 8)].join(" · ");

  // From the starts outwards until so many nodes are drawn; more than a few thousand a browser draws too slowly.
  function unfold(nodes, batch) {
    unfolded.clear();
    const queue = [...starts], seen = new Set(starts);
    for (let i = 0; i < queue.length && seen.size < nodes; i++) {
      const next = around.get(queue[i]);
      unfolded.set(queue[i], Math.min(next.length, batch));
      for (const [id] of next.slice(0, batch)) if (!seen.has(id)) { seen.add(id); queue.push(id); }
    }
  }

  function reach() {
    shown = new Set(starts);
    const queue = [...starts];
    for (let i = 0; i < queue.length; i++)
      for (const [id] of around.get(queue[i]).slice(0, unfolded.get(queue[i]) || 0))
        if (!shown.has(id)) { shown.add(id); queue.push(id); }
  }

  const hidden = id => new Set(around.get(id).map(([other]) => other).filter(other => !shown.has(other))).size;

  // Columns: the longest way from a node without inputs. Circles are cut where nothing else is left to place.
  function ranks() {
    const rank = new Map(), waiting = new Map();
    const drawn = edges.filter(e => e.kind !== "same-uri" && shown.has(e.from) && shown.has(e.to) && e.from !== e.to);
    const out = new Map();
    for (const id of shown) { waiting.set(id, 0); out.set(id, []); }
    for (const e of drawn) { waiting.set(e.to, waiting.get(e.to) + 1); out.get(e.from).push(e.to); }
    const left = new Set(shown);
    let ready = [...shown].filter(id => waiting.get(id) === 0);
    while (left.size) {
      if (!ready.length) ready = [left.values().next().value];
      const next = [];
      for (const id of ready) {
        if (!left.delete(id)) continue;
        if (!rank.has(id)) rank.set(id, 0);
        for (const to of out.get(id)) {
          if (!left.has(to)) continue;
          rank.set(to, Math.max(rank.get(to) || 0, rank.get(id) + 1));
          waiting.set(to, waiting.get(to) - 1);
          if (waiting.get(to) === 0) next.push(to);
        }
      }
      ready = next;
    }
    const joined = new Set(drawn.flatMap(e => [e.from, e.to]));
    for (const e of edges)
      if (e.kind === "same-uri" && shown.has(e.from) && shown.has(e.to)) {
        const least = Math.max(rank.get(e.from), rank.get(e.to));
        for (const id of [e.from, e.to]) if (!joined.has(id)) rank.set(id, least);
      }
    return rank;
  }

  function arrange() {
    const rank = ranks(), columns = [];
    for (const id of shown) (columns[rank.get(id)] ||= []).push(id);
    const row = new Map();
    columns.forEach(column => column.forEach((id, i) => row.set(id, i)));
    for (let sweep = 0; sweep < 4; sweep++)
      for (const column of sweep % 2 ? [...columns].reverse() : columns) {
        if (!column) continue;
        const middle = id => {
          const near = around.get(id).map(([other]) => other).filter(other => shown.has(other) && rank.get(other) !== rank.get(id));
          return near.length ? near.reduce((sum, other) => sum + row.get(other), 0) / near.length : row.get(id);
        };
        const wanted = new Map(column.map(id => [id, middle(id)]));
        column.sort((a, b) => wanted.get(a) - wanted.get(b)).forEach((id, i) => row.set(id, i));
      }
    const tallest = Math.max(0, ...columns.map(c => (c || []).length));
    places = new Map();
    columns.forEach((column, x) => (column || []).forEach((id, i) =>
      places.set(id, { x: x * COLUMN, y: (i + (tallest - column.length) / 2) * ROW })));
  }

  function line(e) {
    const a = places.get(e.from), b = places.get(e.to);
    if (e.kind === "same-uri" && a.x === b.x) {
      const x = a.x, out = x - 30;
      return `M${x},${a.y + HEIGHT / 2} C${out},${a.y + HEIGHT / 2} ${out},${b.y + HEIGHT / 2} ${x},${b.y + HEIGHT / 2}`;
    }
    const x1 = a.x + WIDTH, y1 = a.y + HEIGHT / 2, x2 = b.x, y2 = b.y + HEIGHT / 2, bend = Math.max(40, (x2 - x1) / 2);
    return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  }

  function box(id) {
    const n = byId.get(id), at = places.get(id);
    const kinds = ["node", n.kind, starts.includes(id) ? "start" : "", n.state === "FAILED" ? "bad" : "", n.state === "CACHED" ? "cached" : "",
      found.has(id) ? "found" : "", chosen === id ? "chosen" : ""].filter(Boolean).join(" ");
    const g = draw("g", { class: kinds, transform: `translate(${at.x},${at.y})`, tabindex: 0, role: "button", "data-id": id,
      "aria-label": `${n.kind} ${label(n)} ${second(n)}` });
    g.append(draw("rect", { class: "box", width: WIDTH, height: HEIGHT }), draw("text", { x: 12, y: 19 }, cut(label(n), 27)),
      draw("text", { x: 12, y: 35, class: "second" }, cut(second(n), 32)), draw("title", {}, n.uri || label(n)));
    g.addEventListener("click", () => choose(id));
    g.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(id); } });
    const more = hidden(id);
    const folds = !more && unfolded.get(id) && !starts.includes(id) && around.get(id).length > 1;
    if (more || folds) {
      const badge = draw("g", { class: "more", transform: `translate(${WIDTH},0)`, "data-more": id });
      badge.append(draw("circle", { r: 11 }), draw("text", { y: 4 }, more ? (more > 99 ? "…" : "+" + more) : "−"),
        draw("title", {}, more ? `${more} more hang on it` : "Fold what hangs on it"));
      badge.addEventListener("click", event => { event.stopPropagation(); toggle(id, more); });
      g.append(badge);
    }
    return g;
  }

  function render() {
    reach();
    arrange();
    layer.replaceChildren();
    for (const e of edges)
      if (shown.has(e.from) && shown.has(e.to)) {
        const near = chosen && (e.from === chosen || e.to === chosen);
        layer.append(draw("path", { class: `edge ${e.kind}${near ? " near" : ""}`, d: line(e) }));
      }
    for (const id of shown) layer.append(box(id));
    move();
    const hiddenNodes = data.nodes.length - shown.size;
    const summary = document.getElementById("summary");
    summary.replaceChildren(`${data.nodes.length} nodes, ${data.edges.length} edges` + (hiddenNodes ? `; ${hiddenNodes} are folded away` : ""));
    if (data.truncated) summary.append(" ", make("span", { class: "warning" }, "The graph is cut: it goes on beyond the limit it was asked for with. Ask again with a higher --limit."));
  }

  function toggle(id, more) {
    if (more) {
      // Those that are drawn already count into the batch, so at least one batch of new ones comes.
      const next = around.get(id);
      let upTo = unfolded.get(id) || 0, fresh = 0;
      while (upTo < next.length && fresh < BATCH) { if (!shown.has(next[upTo][0])) fresh++; upTo++; }
      unfolded.set(id, upTo);
    } else unfolded.delete(id);
    render();
  }

  function reveal(id) {
    const before = new Map(starts.map(s => [s, null])), queue = [...starts];
    for (let i = 0; i < queue.length && !before.has(id); i++)
      for (const [other] of around.get(queue[i])) if (!before.has(other)) { before.set(other, queue[i]); queue.push(other); }
    for (let here = id; before.get(here); here = before.get(here)) {
      const above = before.get(here), next = around.get(above), at = next.findIndex(([other]) => other === here);
      unfolded.set(above, Math.max(unfolded.get(above) || 0, at + 1));
    }
  }

  function choose(id, { go = false } = {}) {
    chosen = id;
    if (!shown.has(id)) reveal(id);
    render();
    if (go) center(id);
    describe(id);
  }

  function center(id) {
    const at = places.get(id), size = svg.getBoundingClientRect();
    if (!at) return;
    view.x = size.width / 2 - (at.x + WIDTH / 2) * view.scale;
    view.y = size.height / 2 - (at.y + HEIGHT / 2) * view.scale;
    move();
  }

  function describe(id) {
    const n = byId.get(id), list = make("dl");
    const say = (term, value) => { if (value !== null && value !== undefined && value !== "") list.append(make("dt", {}, term), make("dd", {}, String(value))); };
    say("kind", n.kind); say("type", n.type); say("id", n.id); say("URI", n.uri); say("state", n.state); say("task", n.task);
    say("pipeline", n.pipeline); say("run", n.run_id); say("created", n.created_at);
    detail.replaceChildren(make("h2", {}, label(n)), list);
    const taken = n.cached_from && (byId.has(n.cached_from) ? n.cached_from : null);
    if (n.cached_from) detail.append(make("h3", {}, "Taken from the cache of"), make("ul", {}, make("li", {}, taken ? link(taken, "") : n.cached_from)));
    const titles = n.kind === "artifact" ? ["Made or re-used by", "Used by"] : ["Inputs", "Outputs"];
    for (const [title, from, to] of [[titles[0], "to", "from"], [titles[1], "from", "to"]]) {
      const near = edges.filter(e => e[from] === id && (e.kind !== "same-uri"));
      if (near.length) detail.append(make("h3", {}, `${title} (${near.length})`), make("ul", {}, ...near.slice(0, 200).map(e => make("li", {}, link(e[to], e.port)))));
    }
    const same = edges.filter(e => e.kind === "same-uri" && (e.from === id || e.to === id));
    if (same.length) detail.append(make("h3", {}, "The same object as"), make("ul", {}, ...same.map(e => make("li", {}, link(e.from === id ? e.to : e.from, "")))));
    const properties = Object.entries(n.properties || {});
    if (properties.length) {
      const rows = make("dl");
      for (const [k, v] of properties.slice(0, 500)) rows.append(make("dt", {}, k), make("dd", {}, typeof v === "string" ? v : JSON.stringify(v, null, 1)));
      detail.append(make("h3", {}, "Properties"), rows);
      if (properties.length > 500) detail.append(make("p", { class: "hint" }, `and ${properties.length - 500} more`));
    }
  }

  const link = (id, port) => make("button", { type: "button", onclick: () => choose(id, { go: true }) }, (port ? port + ": " : "") + label(byId.get(id)) + " (" + id + ")");

  function test(word) {
    const compare = word.match(/^([^=<>]+)(<=|>=|=|<|>)(.+)$/);
    if (!compare) return n => [n.name, n.uri, n.id, n.type, n.run_id, n.task, n.pipeline, n.state].some(t => t && t.toLowerCase().includes(word));
    const [, key, operator, text] = compare, number = Number(text);
    return n => {
      const name = Object.keys(n.properties || {}).find(k => k.toLowerCase() === key);
      const value = name === undefined ? n[key] : n.properties[name];
      if (value === undefined || value === null) return false;
      if (operator === "=") return String(value).toLowerCase() === text || (typeof value === "number" && value === number);
      if (typeof value !== "number" || Number.isNaN(number)) return false;
      return { "<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number }[operator];
    };
  }

  function look() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean), tests = words.map(test);
    const fit = words.length ? data.nodes.filter(n => tests.every(t => t(n))) : [];
    found = new Set(fit.map(n => n.id));
    hits.hidden = !words.length;
    hits.replaceChildren(...fit.slice(0, HITS).map(n => make("li", {}, make("button", { type: "button", "data-hit": n.id,
      onclick: () => { hits.hidden = true; choose(n.id, { go: true }); } }, `${label(n)} · ${second(n)}${n.uri ? " · " + cut(n.uri, 90) : ""}`))));
    if (!fit.length && words.length) hits.append(make("li", { class: "note" }, "Nothing fits."));
    if (fit.length > HITS) hits.append(make("li", { class: "note" }, `and ${fit.length - HITS} more`));
    for (const node of layer.querySelectorAll(".node")) node.classList.toggle("found", found.has(node.dataset.id));
  }

  const move = () => layer.setAttribute("transform", `translate(${view.x},${view.y}) scale(${view.scale})`);

  function fit() {
    const size = svg.getBoundingClientRect(), all = [...places.values()];
    if (!all.length) return;
    const left = Math.min(...all.map(p => p.x)), right = Math.max(...all.map(p => p.x)) + WIDTH;
    const top = Math.min(...all.map(p => p.y)), bottom = Math.max(...all.map(p => p.y)) + HEIGHT;
    view.scale = Math.max(0.05, Math.min(1.2, size.width / (right - left + 60), size.height / (bottom - top + 60)));
    view.x = (size.width - (right + left) * view.scale) / 2;
    view.y = (size.height - (bottom + top) * view.scale) / 2;
    move();
  }

  let grip = null;
  svg.addEventListener("pointerdown", event => { if (!event.target.closest(".node")) { grip = { x: event.clientX - view.x, y: event.clientY - view.y }; svg.classList.add("dragging"); svg.setPointerCapture(event.pointerId); } });
  svg.addEventListener("pointermove", event => { if (grip) { view.x = event.clientX - grip.x; view.y = event.clientY - grip.y; move(); } });
  svg.addEventListener("pointerup", () => { grip = null; svg.classList.remove("dragging"); });
  svg.addEventListener("wheel", event => {
    event.preventDefault();
    const frame = svg.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
    const scale = Math.max(0.05, Math.min(4, view.scale * Math.exp(-event.deltaY * 0.0015)));
    view.x = x - (x - view.x) * scale / view.scale; view.y = y - (y - view.y) * scale / view.scale; view.scale = scale;
    move();
  }, { passive: false });
  const unfoldAll = () => { unfold(MOST, MOST); render(); fit(); };
  const fold = () => { unfolded.clear(); for (const id of starts) unfolded.set(id, Math.min(around.get(id).length, BATCH)); render(); fit(); };
  document.getElementById("fit").addEventListener("click", fit);
  document.getElementById("expand").addEventListener("click", unfoldAll);
  document.getElementById("collapse").addEventListener("click", fold);
  search.addEventListener("input", look);
  search.addEventListener("keydown", event => { if (event.key === "Enter") hits.querySelector("button")?.click(); });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") { search.value = ""; look(); search.blur(); }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "f") fit();
    if (event.key === "e") unfoldAll();
    if (event.key === "c") fold();
  });

  unfold(FIRST, AT_ONCE);
  render();
  fit();
  if (view.scale < READABLE) { view.scale = READABLE; center(starts[0]); }
  if (starts.length === 1) choose(starts[0]);
})();
