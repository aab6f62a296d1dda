// The search page: pagefind looks, this shows. Nothing is stored and nothing leaves the site.

const AT_ONCE = 10;
const PAUSE = 200; // milliseconds after the last key

const form = document.querySelector("form.search");
const words = form.elements.q;
const status = form.querySelector("[role=status]");
const list = document.querySelector(".search__results");
const more = document.querySelector(".search__more");
const locale = form.dataset.locale;
const site = new URL(form.dataset.site, document.baseURI);

let opened; // the promise of pagefind, once somebody searches
let waiting = []; // results that are not shown yet
let last = ""; // what the shown results are for

/** Where the index is: the addresses of those of its parts that have this page's language. */
async function parts(bundle) {
  const answer = await fetch(new URL("pagefind-entry.json", bundle), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  const found = (await answer.json()).parts ?? {};
  const language = document.documentElement.lang.toLowerCase();
  const all = [...new Set(Object.values(found).flat())].sort();
  const own = found[language] ?? found[language.split("-")[0]] ?? all;
  return (own.length ? own : ["./"]).map((part) => new URL(part, bundle).href);
}

/** pagefind with all parts of its index. */
async function load() {
  const bundle = new URL(form.dataset.bundle, document.baseURI);
  const [pagefind, [first, ...others]] = await Promise.all([
    import(new URL("pagefind.js", bundle)),
    parts(bundle),
  ]);
  await pagefind.destroy(); // what an attempt before this one has merged
  await pagefind.options({ basePath: first, baseUrl: "/" });
  await pagefind.init();
  await pagefind.filters(); // says so where the first part fails; a merge would wait for ever
  await Promise.all(others.map((part) => pagefind.mergeIndex(part)));
  return pagefind;
}

/** pagefind, loaded when it is first needed. */
function open() {
  opened ??= load();
  return opened;
}

/** An excerpt as nodes: its text and its marks, whatever else it may hold. */
function excerpt(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  return Array.from(parsed.childNodes, (node) => {
    if (node.nodeName !== "MARK") return document.createTextNode(node.textContent);
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
}

/** One result as an item of the list. */
function item(found) {
  const link = document.createElement("a");
  link.href = new URL((found.meta.url ?? found.url).replace(/^\/+/, ""), site);
  link.textContent = found.meta.title;
  const title = document.createElement("h2");
  title.append(link);
  const text = document.createElement("p");
  text.append(...excerpt(found.excerpt));
  const entry = document.createElement("li");
  entry.append(title, text);
  if (found.meta.date) entry.append(day(found.meta.date));
  return entry;
}

/** A date as the page's language writes it. */
function day(date) {
  const time = document.createElement("time");
  time.dateTime = date;
  time.textContent = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" })
    .format(new Date(date));
  return time;
}

/** Show the next results; the first of them gets the focus where a person asked for more. */
async function show(focus = false) {
  const searched = last;
  const next = await Promise.all(waiting.splice(0, AT_ONCE).map((result) => result.data()));
  if (searched !== last) return;
  const items = next.map(item);
  list.append(...items);
  list.hidden = false;
  more.hidden = waiting.length === 0;
  if (focus) items[0]?.querySelector("a").focus();
}

/** Forget what is shown. */
function clear(message = "") {
  waiting = [];
  list.replaceChildren();
  list.hidden = more.hidden = true;
  status.textContent = message;
}

/** How many there are, in words. */
function counted(number) {
  const kind = new Intl.PluralRules(locale).select(number) === "one" ? "one" : "other";
  return form.dataset[kind].replace("%s", () => new Intl.NumberFormat(locale).format(number));
}

/** Look for what is written, unless it is what is shown. */
async function search() {
  const wanted = words.value.trim();
  if (wanted === last) return;
  last = wanted;
  const here = new URL(location);
  if (wanted) here.searchParams.set("q", wanted);
  else here.searchParams.delete("q");
  history.replaceState(null, "", here);
  if (!wanted) return clear();
  try {
    const found = await (await open()).search(wanted);
    if (wanted !== last) return;
    clear(found.results.length
      ? counted(found.results.length)
      : form.dataset.none.replace("%s", () => wanted));
    waiting = found.results;
    if (waiting.length) await show();
  } catch {
    opened = undefined;
    last = "";
    clear(form.dataset.broken);
  }
}

let timer;
words.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  search();
});
more.addEventListener("click", () => show(true));

form.hidden = false;
words.value = new URL(location).searchParams.get("q") ?? "";
search();
