/** Settings and about: initials, data, models, protocol, privacy, licences, record of changes. */

import { get, send } from "../shared/api.js";
import { startAudit } from "../shared/audit.js";
import { requireInitials } from "../shared/dialog.js";
import { button, byId, cell, make, onSubmit, setContent, table, tag } from "../shared/dom.js";
import { initials, saveInitials } from "../shared/initials.js";
import { _, format } from "../shared/language.js";
import { significant } from "../shared/numbers.js";
import { startPageShell } from "../shared/page_shell.js";
import { showErrors, showToast } from "../shared/toast.js";
import { startBackup } from "./backup.js";

const GIGABYTE = 2 ** 30;
const CONDITIONS = { good: _("intact"), altered: _("altered"), missing: _("missing") };
const TONES = { good: "good", altered: "care" };

function card(title, ...children) {
  return make("section", { class: "card" }, make("h2", { text: title }), ...children);
}

function definitions(pairs) {
  return make("dl", {}, ...pairs.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", {}, value)]));
}

function dataCard(about) {
  const check = button(_("Compare now"), () => void compareRecords(check), { class: "small" });
  const compared = make("details", {}, make("summary", { text: _("What is compared") }), make("ul", {}, ...about.audit_compared.map((text) => make("li", { text }))));
  return card(_("Data"), definitions([
    [_("Folder"), make("code", { text: about.data_folder })],
    [_("Records"), about.database],
    [_("Record of changes"), make("div", {}, make("div", { id: "comparison", role: "status" }, check), compared)],
    [_("Its anchor now"), make("code", { text: about.anchor })],
    [_("Largest upload"), `${significant(about.upload_bytes / GIGABYTE, 2)} GB`],
    [_("Clips from a phone"), about.phone ? _("Allowed: a code at the desk lets one phone of the network send, for a few minutes.") : _("Turned off. The desk allows them when it is started with --phone, or with phone = true under [review] in hipcv.toml.")],
    [_("Version"), format(_("hipcv {version}, method {method}"), { version: about.hipcv, method: about.method })],
  ]));
}

/** Compare the records with the record of changes: it reads all of it, so only when it is asked for. */
async function compareRecords(check) {
  check.disabled = true;
  check.textContent = _("Comparing…");
  await showErrors(async () => {
    const { audit } = await get("/api/audit/check");
    setContent(byId("comparison"), audit.length ? make("ul", { class: "error" }, ...audit.map((text) => make("li", { text }))) : tag(_("nothing differs in what is compared"), "good"));
  });
  check.disabled = false;
  check.textContent = _("Compare now");
}

function modelsCard(about) {
  return card(_("Models"), table("cards", [_("Model"), _("Condition"), "SHA-256", _("Licence")], about.models.map((model) => make("tr", {},
    make("th", { scope: "row" }, model.name, model.name === about.model ? tag(_("in use"), "busy") : null),
    cell(_("Condition"), {}, tag(CONDITIONS[model.condition] ?? model.condition, TONES[model.condition])),
    cell("SHA-256", {}, make("code", { text: model.sha256 })),
    cell(_("Licence"), { text: model.licence })))));
}

function protocolCard(about) {
  const rows = about.protocol.map((setting) => make("tr", {},
    make("th", { scope: "row" }, make("code", { text: setting.name })),
    cell(_("Value"), { class: "number" }, `${setting.value} ${setting.unit}`, setting.value === setting.default ? null : tag(format(_("default {value}"), { value: setting.default }), "busy")),
    cell(_("Why"), { text: setting.why }),
    cell(_("Source"), { text: setting.source })));
  return card(_("Protocol"),
    make("p", { class: "note", text: _("Every limit that goes into a result. They are set in hipcv.toml, and stored with each result.") }),
    make("details", {}, make("summary", { text: format(_("Show all {count} settings"), { count: rows.length }) }), table("cards protocol", [_("Setting"), _("Value"), _("Why"), _("Source")], rows)));
}

function render(about) {
  setContent(byId("about"), dataCard(about), modelsCard(about), protocolCard(about),
    make("div", { class: "two" },
      card(_("Privacy"), make("ul", { class: "plain" }, ...about.privacy.map((text) => make("li", { text })))),
      card(_("Licences"), definitions(about.licences.map(({ name, licence }) => [name, licence])))));
  byId("about").removeAttribute("aria-busy");
}

startPageShell();
startBackup();
byId("initials-field").value = initials();
onSubmit(byId("initials-form"), () => {
  saveInitials(byId("initials-field").value);
  showToast(_("Your initials are used from now on."));
});
onSubmit(byId("pin-form"), () => showErrors(async () => {
  const by = await requireInitials();
  if (!by) return;
  const pin = byId("pin-new").value;
  await send("/api/pin", { by, pin, earlier: byId("pin-earlier").value });
  byId("pin-form").reset();
  showToast(format(pin ? _("{initials} has a PIN now.") : _("{initials} has no PIN now."), { initials: by }));
}));
onSubmit(byId("anchor-form"), () => showErrors(async () => {
  const answer = await get(`/api/audit/anchor?anchor=${encodeURIComponent(byId("anchor-field").value)}`);
  setContent(byId("anchor-answer"), tag(answer.text, answer.holds ? "good" : "care"));
}));
await showErrors(async () => {
  const [about] = await Promise.all([get("/api/about"), startAudit(byId("audit"))]);
  render(about);
});
