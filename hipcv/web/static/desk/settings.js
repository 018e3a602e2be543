/** Settings and about: initials, data, models, protocol, privacy, licences, record of changes. */

import { get } from "../shared/api.js";
import { auditTable } from "../shared/audit.js";
import { byId, cell, make, onSubmit, setContent, table, tag } from "../shared/dom.js";
import { initials, saveInitials } from "../shared/initials.js";
import { significant } from "../shared/numbers.js";
import { startPageShell } from "../shared/page_shell.js";
import { showErrors, showToast } from "../shared/toast.js";

const GIGABYTE = 2 ** 30;

function card(title, ...children) {
  return make("section", { class: "card" }, make("h2", { text: title }), ...children);
}

function definitions(pairs) {
  return make("dl", {}, ...pairs.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", {}, value)]));
}

function dataCard(about) {
  const audit = about.audit.length ? make("ul", { class: "error" }, ...about.audit.map((text) => make("li", { text }))) : tag("whole: nothing was altered", "good");
  return card("Data", definitions([
    ["Folder", make("code", { text: about.data_folder })],
    ["Records", about.database],
    ["Record of changes", audit],
    ["Largest upload", `${significant(about.upload_bytes / GIGABYTE, 2)} GB`],
    ["Version", `hipcv ${about.hipcv}, method ${about.method}`],
  ]));
}

function modelsCard(about) {
  return card("Models", table("cards", ["Model", "Condition", "SHA-256", "Licence"], about.models.map((model) => make("tr", {},
    make("th", { scope: "row" }, model.name, model.name === about.model ? tag("in use", "busy") : null),
    cell("Condition", {}, tag(model.condition, { good: "good", altered: "care" }[model.condition])),
    cell("SHA-256", {}, make("code", { text: model.sha256 })),
    cell("Licence", { text: model.licence })))));
}

function protocolCard(about) {
  const rows = about.protocol.map((setting) => make("tr", {},
    make("th", { scope: "row" }, make("code", { text: setting.name })),
    cell("Value", { class: "number" }, `${setting.value} ${setting.unit}`, setting.value === setting.default ? null : tag(`default ${setting.default}`, "busy")),
    cell("Why", { text: setting.why }),
    cell("Source", { text: setting.source })));
  return card("Protocol",
    make("p", { class: "note", text: "Every limit that goes into a result. They are set in hipcv.toml, and stored with each result." }),
    make("details", {}, make("summary", { text: `Show all ${rows.length} settings` }), table("cards protocol", ["Setting", "Value", "Why", "Source"], rows)));
}

function render(about) {
  setContent(byId("about"), dataCard(about), modelsCard(about), protocolCard(about),
    make("div", { class: "two" },
      card("Privacy", make("ul", { class: "plain" }, ...about.privacy.map((text) => make("li", { text })))),
      card("Licences", definitions(about.licences.map(({ name, licence }) => [name, licence])))));
  byId("about").removeAttribute("aria-busy");
}

startPageShell();
byId("initials-field").value = initials();
onSubmit(byId("initials-form"), () => {
  saveInitials(byId("initials-field").value);
  showToast("Initials kept in this browser.");
});
await showErrors(async () => {
  const [about, audit] = await Promise.all([get("/api/about"), get("/api/audit")]);
  render(about);
  setContent(byId("audit"), auditTable(audit.rows));
});
