/* The reviewing desk: the pages of the document, drawn by the server, with their words on top to be selected.
   Nothing here blocks: pages come and go as they come near, and the comments work without any of it. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTHS = [800, 1200, 1800];
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const REST = 120; // milliseconds for which the pages rest before those in sight are asked for
const KEPT = 10; // pages out of sight that stay as they are, so that going back asks for nothing
const AGAIN = 2000; // milliseconds after which a page that did not come is asked for once more
const HIDDEN_LETTERS = /[\s\u00ad\u200b]/gu;

const desk = document.querySelector("[data-desk]");
if (desk) open(desk);

function open(desk) {
  const scroller = desk.querySelector("[data-pages]");
  const field = desk.querySelector("[data-page]");
  const zoomed = desk.querySelector("[data-zoom]");
  const sheets = lay(scroller, JSON.parse(desk.dataset.sizes));
  const composer = document.querySelector("form:has(textarea[name=text])");
  const near = new Set();
  const left = new Set();
  const words = new Map();
  let current = 1;
  let zoom = 2;
  let wanted = null; // the comment that is being shown, and its page
  let rest = 0;

  /* Pages come and go. */

  const coming = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) {
        if (isIntersecting) {
          left.delete(target);
          near.add(target);
        } else if (near.delete(target)) left.add(target);
      }
      for (const sheet of left) {
        if (left.size <= KEPT) break;
        empty(sheet);
      }
      clearTimeout(rest);
      rest = setTimeout(fill, REST);
    },
    { root: scroller, rootMargin: "100% 0px 250%" }, // what is read next is drawn before it is turned to
  );
  const middle = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) now(Number(target.dataset.number));
    },
    { root: scroller, rootMargin: "-49% 0px -49% 0px" },
  );
  for (const sheet of sheets) {
    coming.observe(sheet);
    middle.observe(sheet);
  }

  function now(number) {
    current = number;
    if (document.activeElement !== field) field.value = String(number);
  }

  function fill() {
    const width = wide();
    for (const sheet of near) {
      picture(sheet, width);
      text(sheet);
    }
  }

  function empty(sheet) {
    left.delete(sheet);
    sheet.querySelector("img")?.remove();
    for (const pin of sheet.querySelectorAll(".pin")) pin.remove();
    sheet.querySelector("svg").replaceChildren();
    delete sheet.dataset.filled;
  }

  function wide() {
    const across = (scroller.clientWidth || 800) * ZOOMS[zoom] * devicePixelRatio;
    return WIDTHS.find((width) => width >= across * 0.9) ?? WIDTHS.at(-1);
  }

  function picture(sheet, width) {
    const address = `${desk.dataset.base}page/${sheet.dataset.number}/${width}.webp`;
    const shown = sheet.querySelector("img");
    if (shown?.getAttribute("src") === address) return;
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    let tries = 0;
    image.addEventListener("load", () => {
      shown?.remove();
      sheet.classList.remove("unshown");
    });
    image.addEventListener("error", () => {
      tries += 1;
      if (tries > 1) {
        sheet.classList.add("unshown");
        image.remove(); // so that it is asked for when the reader comes by again
      } else setTimeout(() => image.isConnected && image.setAttribute("src", address), AGAIN);
    });
    image.setAttribute("src", address);
    sheet.prepend(image);
  }

  async function text(sheet) {
    if (sheet.dataset.filled) return;
    sheet.dataset.filled = "asked";
    const number = Number(sheet.dataset.number);
    try {
      if (!words.has(number)) {
        const answer = await fetch(`${desk.dataset.base}page/${number}/`, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        words.set(number, await answer.json());
      }
    } catch {
      delete sheet.dataset.filled;
      return;
    }
    if (!near.has(sheet)) return;
    const page = words.get(number);
    const layer = sheet.querySelector("svg");
    layer.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    layer.replaceChildren(...page.lines.map(lineOf));
    pin(sheet, page);
    if (wanted?.page === number) point();
  }

  /* Comments on the page: what they quote is marked, and a number leads to them. */

  function pin(sheet, page) {
    const layer = sheet.querySelector("svg");
    const known = indexOf(page.lines);
    let loose = 0;
    for (const [number, quoted] of page.comments) {
      const boxes = found(known, page.lines, quoted);
      const group = document.createElementNS(SVG, "g");
      group.dataset.of = String(number);
      group.setAttribute("class", "quotation");
      for (const [x, y, width, height] of boxes) group.append(shape("rect", { x, y, width, height }));
      layer.prepend(group);
      const link = document.createElement("a");
      const last = boxes.at(-1);
      link.className = "pin";
      link.textContent = String(number);
      link.setAttribute("aria-label", `Comment ${number}`);
      link.href = document.getElementById(`comment-${number}`) ? `#comment-${number}` : `?comment=${number}#comment-${number}`;
      const across = last ? last[0] + last[2] + 2 : page.width;
      const down = last ? last[1] : 8 + 30 * loose++;
      link.style.setProperty("inset-inline-start", `min(${(100 * across) / page.width}%, 100% - 36px)`);
      link.style.setProperty("inset-block-start", `min(${(100 * down) / page.height}%, 100% - 28px)`);
      sheet.append(link);
    }
  }

  function point() {
    const sheet = sheets[wanted.page - 1];
    for (const old of scroller.querySelectorAll(".chosen")) old.classList.remove("chosen");
    const mark = sheet.querySelector(`[data-of="${wanted.comment}"]`);
    if (!mark) return;
    mark.classList.add("chosen");
    const box = mark.firstChild?.getBBox();
    if (box) {
      const scale = sheet.clientHeight / sheet.querySelector("svg").viewBox.baseVal.height;
      scroller.scrollTop = sheet.offsetTop + box.y * scale - scroller.clientHeight / 3;
    }
    wanted = null;
  }

  /* Moving. */

  function go(number) {
    const to = Math.min(Math.max(1, number), sheets.length);
    scroller.scrollTop = sheets[to - 1].offsetTop - 8;
    now(to);
  }

  function resize(by) {
    const to = Math.min(Math.max(0, zoom + by), ZOOMS.length - 1);
    if (to === zoom) return;
    const sheet = sheets[current - 1];
    const part = (scroller.scrollTop - sheet.offsetTop) / sheet.clientHeight;
    zoom = to;
    scroller.style.setProperty("--zoom", String(ZOOMS[zoom]));
    zoomed.textContent = `${Math.round(ZOOMS[zoom] * 100)}%`;
    scroller.scrollTop = sheet.offsetTop + part * sheet.clientHeight;
    clearTimeout(rest);
    rest = setTimeout(fill, REST);
  }

  /* A comment on what is selected, or on the page. */

  function comment() {
    if (!composer) return;
    const selected = getSelection();
    const inside = selected?.rangeCount && scroller.contains(selected.anchorNode) ? selected : null;
    const sheet = inside?.anchorNode.parentElement?.closest(".sheet");
    const quoted = inside ? plain(String(inside)) : "";
    composer.elements.page.value = sheet && quoted ? sheet.dataset.number : String(current);
    if (quoted) composer.elements.quoted.value = quoted;
    composer.elements.text.focus();
    composer.elements.text.scrollIntoView({ block: "center" });
  }

  const doing = {
    previous: () => go(current - 1),
    next: () => go(current + 1),
    smaller: () => resize(-1),
    larger: () => resize(1),
    comment,
  };
  desk.addEventListener("click", (event) => doing[event.target.closest("[data-do]")?.dataset.do]?.());
  /* The button takes the focus, not the selection. */
  desk.querySelector("[data-do=comment]")?.addEventListener("mousedown", (event) => event.preventDefault());
  field.addEventListener("change", () => go(Number(field.value) || current));
  const keys = { n: "next", j: "next", p: "previous", k: "previous", "+": "larger", "=": "larger", "-": "smaller", c: "comment" };
  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    doing[keys[event.key]]();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link) return;
    event.preventDefault();
    wanted = { page: Number(link.dataset.goto), comment: link.dataset.comment };
    go(wanted.page);
    scroller.focus({ preventScroll: true });
    desk.scrollIntoView({ block: "nearest" });
    if (words.has(wanted.page) && near.has(sheets[wanted.page - 1])) point();
  });
  const asked = /^#page-(\d{1,5})$/.exec(location.hash);
  if (asked) go(Number(asked[1]));
  contents(desk, go, scroller);
}

/* A sheet for each page, as large as the page will be, so that nothing jumps. */
function lay(scroller, runs) {
  const sheets = [];
  for (const [width, height, many] of runs) {
    for (let place = 0; place < many; place += 1) {
      const sheet = document.createElement("div");
      sheet.className = "sheet";
      sheet.dataset.number = String(sheets.length + 1);
      sheet.setAttribute("role", "group");
      sheet.setAttribute("aria-label", `Page ${sheets.length + 1}`);
      const layer = document.createElementNS(SVG, "svg");
      layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
      sheet.append(layer);
      sheets.push(sheet);
    }
  }
  scroller.replaceChildren(...sheets);
  return sheets;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/* A line of words, each as wide as it is on the page. */
function lineOf(line) {
  const height = Math.max(...line.map((word) => word[3]));
  const base = Math.max(...line.map((word) => word[1] + word[3]));
  const made = shape("text", { y: base - height * 0.22, "font-size": height * 0.82 });
  for (const [x, , width, , word] of line) {
    const piece = shape("tspan", { x, textLength: Math.max(width, 0.1), lengthAdjust: "spacingAndGlyphs" });
    piece.textContent = word;
    made.append(piece, " ");
  }
  return made;
}

/* The letters of a page in one string, without spaces and soft hyphens, and the word that each belongs to. */
function indexOf(lines) {
  const owners = [];
  let letters = "";
  lines.forEach((line, row) =>
    line.forEach((word, place) => {
      const bare = word[4].replace(HIDDEN_LETTERS, "").toLowerCase();
      letters += bare;
      for (let at = 0; at < bare.length; at += 1) owners.push([row, place]);
    }),
  );
  return { letters, owners };
}

/* Where a quotation stands: a box for each line of it; nothing where it is not found. */
function found({ letters, owners }, lines, quoted) {
  const bare = quoted.replace(HIDDEN_LETTERS, "").toLowerCase();
  const from = bare ? letters.indexOf(bare) : -1;
  if (from < 0) return [];
  const boxes = new Map();
  for (let at = from; at < from + bare.length; at += 1) {
    const [row, place] = owners[at];
    const [x, y, width, height] = lines[row][place];
    const box = boxes.get(row) ?? [x, y, x + width, y + height];
    boxes.set(row, [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + width), Math.max(box[3], y + height)]);
  }
  return [...boxes.values()].map(([left, top, right, bottom]) => [left, top, right - left, bottom - top]);
}

/* What was selected, as it is quoted: words that the end of a line parted are whole again. */
function plain(selected) {
  return selected.replace(/\u00ad\s*/gu, "").replace(/\s+/gu, " ").trim();
}

/* The outline, when somebody opens it. */
function contents(desk, go, scroller) {
  const details = desk.querySelector("[data-outline]");
  const list = details.querySelector("ol");
  const note = details.querySelector("[data-outline-note]");
  details.addEventListener("toggle", async () => {
    if (!details.open || list.children.length) return;
    try {
      const answer = await fetch(`${desk.dataset.base}outline/`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { entries } = await answer.json();
      note.textContent = "The document has no contents of its own.";
      note.hidden = entries.length > 0;
      list.replaceChildren(
        ...entries.map(([depth, title, page]) => {
          const item = document.createElement("li");
          const button = document.createElement("button");
          const number = document.createElement("span");
          button.type = "button";
          button.className = "outline-entry";
          button.dataset.depth = String(Math.min(depth, 3));
          button.dataset.to = String(page);
          button.textContent = title;
          number.textContent = String(page);
          button.append(number);
          item.append(button);
          return item;
        }),
      );
    } catch {
      note.textContent = "The contents could not be read. Close them and open them again.";
    }
  });
  list.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-to]");
    if (!entry) return;
    go(Number(entry.dataset.to));
    details.open = false;
    scroller.focus({ preventScroll: true });
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}
