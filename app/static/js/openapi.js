/* Draws an OpenAPI description: operations by tag, each with its parameters, body and answers. */
(function () {
  "use strict";
  const place = document.getElementById("api");
  const words = place.dataset;
  const TONES = { get: "tag-info", post: "tag-ok", put: "tag-warn", patch: "tag-warn", delete: "tag-bad" };
  let whole;

  function make(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function follow(schema) {
    if (!schema || !schema.$ref) return schema || {};
    return schema.$ref.split("/").slice(1).reduce((at, step) => (at || {})[step], whole) || {};
  }

  /* An example of a schema's shape; depth keeps schemas that hold themselves from running on. */
  function shape(given, depth = 0) {
    const schema = follow(given);
    if (depth > 4) return "…";
    if (schema.enum) return schema.enum.filter((one) => one !== null).join(" | ");
    if (schema.properties) {
      return Object.fromEntries(Object.entries(schema.properties).map(([key, held]) => [key, shape(held, depth + 1)]));
    }
    if (schema.type === "array") return [shape(schema.items, depth + 1)];
    const kind = [].concat(schema.type || "object").filter((one) => one !== "null").join(" | ");
    return schema.format ? `${kind} (${schema.format})` : kind;
  }

  function block(title, content) {
    const heading = make("h3", "", title);
    const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
    const code = make("pre", "api-code", text);
    code.tabIndex = 0;
    return [heading, code];
  }

  function facts(pairs) {
    return make("dl", "facts", ...pairs.map(([name, text]) =>
      make("div", "", make("dt", "", make("code", "", name)), make("dd", "", text))));
  }

  function describe(operation) {
    const parts = [];
    if (operation.description) parts.push(make("p", "field-help", operation.description));
    const parameters = (operation.parameters || []).map(follow);
    if (parameters.length) {
      parts.push(make("h3", "", words.parameters), facts(parameters.map((one) => [
        one.name, [one.in, one.required ? words.required : "", one.description || ""].filter(Boolean).join(" · ")])));
    }
    const body = follow(operation.requestBody).content?.["application/json"]?.schema;
    if (body) parts.push(...block(words.body, shape(body)));
    const answers = Object.entries(operation.responses || {});
    parts.push(make("h3", "", words.answers), facts(answers.map(([code, given]) => [code, follow(given).description || ""])));
    const good = answers.find(([code]) => code.startsWith("2"));
    const schema = good && follow(good[1]).content?.["application/json"]?.schema;
    if (schema) parts.push(...block(good[0], shape(schema)));
    return parts;
  }

  function entry(path, method, operation) {
    const summary = make("summary", "api-head", make("span", `tag ${TONES[method] || ""}`, method.toUpperCase()),
      make("code", "", path), make("span", "text-secondary", operation.summary || ""));
    const details = make("details", "api-entry", summary);
    details.dataset.words = `${method} ${path} ${operation.description || ""}`.toLowerCase();
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(make("div", "api-body", ...describe(operation)));
    });
    return details;
  }

  function draw() {
    const tags = new Map();
    for (const [path, methods] of Object.entries(whole.paths || {})) {
      for (const [method, operation] of Object.entries(methods)) {
        const tag = (operation.tags || ["API"])[0];
        if (!tags.has(tag)) tags.set(tag, []);
        tags.get(tag).push(entry(path, method, operation));
      }
    }
    place.replaceChildren(...[...tags].sort().map(([tag, entries]) =>
      make("section", "card", make("div", "card-body", make("h2", "", tag), ...entries))));
  }

  function narrow(event) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const one of place.querySelectorAll(".api-entry")) one.hidden = !one.dataset.words.includes(wanted);
    for (const card of place.querySelectorAll(".card")) card.hidden = !card.querySelector(".api-entry:not([hidden])");
  }

  document.getElementById("api-words").addEventListener("input", narrow);
  fetch(words.openapi, { headers: { Accept: "application/json" } })
    .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
    .then((found) => { whole = found; draw(); })
    .catch((error) => { place.textContent = String(error.message); });
})();
