/** Settings and about: initials, data, models, protocol, privacy, licences, record of changes. */

import { get } from "../shared/api.js";
import { auditTable } from "../shared/audit.js";
import { byId, make, show } from "../shared/dom.js";
import { startFrame } from "../shared/page_shell.js";
import { initials, keepInitials } from "../shared/initials.js";
import { tell, tellFault } from "../shared/toast.js";

const GIGABYTE = 2 ** 30;

function card(title, ...children) {
  return make("section", { class: "card" }, make("h2", { text: title }), ...children);
}

function list(pairs) {
  return make("dl", {}, ...pairs.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", {}, value)]));
}

function data(about) {
  const broken = about.audit ?? [];
  const whole = broken.length
    ? make("ul", { class: "fault" }, ...broken.map((text) => make("li", { text })))
    : make("span", { class: "tag good", text: "whole: nothing was altered" });
  return card("Data", list([
    ["Folder", make("code", { text: about.data_folder })],
    ["Records", about.database],
    ["Record of changes", whole],
    ["Largest upload", `${(about.upload_bytes / GIGABYTE).toFixed(1).replace(".0", "")} GB`],
    ["Version", `hipcv ${about.hipcv}, method ${about.method}`],
  ]));
}

function models(about) {
  const head = make("thead", {}, make("tr", {}, ...["Model", "Condition", "SHA-256", "Licence"].map((text) => make("th", { scope: "col", text }))));
  const rows = about.models.map((model) => make("tr", {},
    make("th", { scope: "row" }, model.name, model.name === about.model ? make("span", { class: "tag busy", text: "in use" }) : null),
    make("td", { "data-label": "Condition" }, make("span", { class: model.condition === "good" ? "tag good" : "tag", text: model.condition })),
    make("td", { "data-label": "SHA-256" }, make("code", { text: model.sha256 })),
    make("td", { "data-label": "Licence", text: model.licence })));
  return card("Models", make("table", { class: "cards" }, head, make("tbody", {}, ...rows)));
}

function protocol(about) {
  const head = make("thead", {}, make("tr", {}, ...["Setting", "Value", "Why", "Source"].map((text) => make("th", { scope: "col", text }))));
  const rows = about.protocol.map((each) => make("tr", {},
    make("th", { scope: "row" }, make("code", { text: each.name })),
    make("td", { "data-label": "Value", class: "number" }, `${each.value} ${each.unit}`, each.value === each.default ? null : make("span", { class: "tag busy", text: `default ${each.default}` })),
    make("td", { "data-label": "Why", text: each.why }),
    make("td", { "data-label": "Source", text: each.source })));
  return card("Protocol",
    make("p", { class: "note", text: "Every limit that goes into a result. They are set in hipcv.toml, and stored with each result." }),
    make("details", {}, make("summary", { text: `Show all ${rows.length} settings` }), make("table", { class: "cards protocol" }, head, make("tbody", {}, ...rows))));
}

function render(about) {
  const licences = about.licences.map(({ name, licence }) => [name, licence]);
  show(byId("about"), data(about), models(about), protocol(about),
    make("div", { class: "two" },
      card("Privacy", make("ul", { class: "plain" }, ...about.privacy.map((text) => make("li", { text })))),
      card("Licences", list(licences))));
  byId("about").removeAttribute("aria-busy");
}

startFrame();
byId("initials-field").value = initials();
byId("initials-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepInitials(byId("initials-field").value);
  tell("Initials kept in this browser.");
});
try {
  const [about, audit] = await Promise.all([get("/api/about"), get("/api/audit")]);
  render(about);
  show(byId("audit"), auditTable(audit.rows));
} catch (fault) {
  tellFault(fault);
}
