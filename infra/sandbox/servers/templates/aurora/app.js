const SALT = "aurora-borealis";
const root = document.getElementById("root");

function proof(target) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(SALT + target)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, "0");
}

function node(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

const field = (name, value, kind = "p") => node(kind, { "data-testid": name }, String(value));

function source() {
  const { pathname, search } = location;
  if (pathname === "/") return "/_data/search.json";
  if (pathname === "/search") return "/_data/search.json" + search;
  return "/_data" + pathname + ".json" + search;
}

function bar() {
  const links = window.__AURORA__.collections.map((one) =>
    node("a", { href: "/collections/" + one.slug }, one.name));
  return node("header", { class: "bar" }, node("a", { href: "/" }, "Aurora"),
    node("form", { action: "/search" }, node("input", { name: "q", type: "search" })),
    node("nav", {}, links));
}

function cards(data) {
  const made = (data.cards || []).map((one) =>
    node("a", { "data-testid": "card", href: one.href },
      one.image ? node("img", { src: one.image, loading: "lazy", width: 220, height: 220, alt: "" }) : null,
      node("span", {}, one.title), node("b", {}, one.amount)));
  const next = data.next ? node("a", { "data-testid": "next", href: data.next }, "More") : null;
  return [node("section", { class: "shelf" }, made), next];
}

function fields(shown, skip) {
  return Object.entries(shown)
    .filter(([name, value]) => value !== null && name !== "kind" && !skip.includes(name))
    .map(([name, value]) => field(name, value));
}

function description(data) {
  const lines = data.shown.description.split("\n").map((line) => node("p", {}, line));
  const links = data.links.map((url) => node("p", {}, node("a", { href: url, rel: "nofollow" }, url)));
  return node("div", { "data-testid": "description" }, lines, links);
}

function product(data) {
  const { shown } = data;
  const gallery = data.images.map((src) => node("img", { src, alt: "" }));
  const variants = data.variants.map((one) =>
    node("li", { "data-sku": one.sku, class: one.left ? null : "sold-out" },
      node("span", { class: "name" }, one.name), " ", node("span", { class: "amount" }, one.amount)));
  const reviews = data.reviews.map((one) =>
    node("article", { class: "review" }, node("h3", {}, one.headline), node("p", {}, one.text),
      node("small", {}, one.author + ", " + one.day)));
  return node("main", {}, field("title", shown.title, "h1"), node("div", { "data-testid": "gallery", class: "gallery" }, gallery),
    node("a", { "data-testid": "seller", href: "/maker/" + data.seller.id }, data.seller.name),
    fields(shown, ["title", "description"]), description(data),
    variants.length ? node("ul", { "data-testid": "variants" }, variants) : null,
    node("section", { class: "reviews" }, reviews), cards(data));
}

function maker(data) {
  const contact = (data.contact || []).map((line) => node("li", {}, line));
  return node("main", {}, field("name", data.shown.name, "h1"), fields(data.shown, ["name"]),
    contact.length ? node("ul", { "data-testid": "contact" }, contact) : null, cards(data));
}

function note() {
  return node("aside", { class: "note" }, "Aurora keeps your cart in a cookie. ",
    node("button", { type: "button" }, "Fine"));
}

async function load() {
  const target = source();
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = await fetch(target, { headers: { "x-aurora-proof": proof(target) } });
    if (answer.ok) return answer.json();
  }
  return null;
}

const data = await load();
if (data === null) {
  root.append(bar(), node("h1", { "data-testid": "failed" }, "Something went wrong"));
} else {
  const page = data.shown.kind === "product" ? product(data) : maker(data);
  document.title = (data.shown.title || data.shown.name) + " | Aurora";
  document.documentElement.lang = data.language || "en";
  document.head.append(node("link", { rel: "canonical", href: location.origin + location.pathname }));
  root.append(bar(), page, note());
}
root.dataset.ready = "1";
