/** The page on the phone: records or chooses clips and sends them, one after the other. */

import { describeAssignment } from "../shared/assignment.js";
import { button, byId, make, setContent } from "../shared/dom.js";
import { LOCALE, _, format } from "../shared/language.js";
import { share } from "../shared/numbers.js";
import { transfer } from "../shared/transfer.js";

const DATA = document.body.dataset;
const SECOND_MS = 1000;
const GONE = 410;
const waiting = [];
let unsent = 0; // chosen, and not taken by the desk
let sending = false;

function start() {
  const assignment = JSON.parse(DATA.assignment);
  byId("for").textContent = describeAssignment({ ...assignment, patient: assignment.patient ?? "", on: assignment.on ?? "", side: assignment.side ?? "" });
  const end = new Date(Date.now() + Number(DATA.leftS) * SECOND_MS);
  byId("until").textContent = format(_("The code works until {time}."), { time: end.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" }) });
  for (const name of ["record", "choose"]) {
    byId(name).addEventListener("change", (event) => {
      for (const file of event.target.files) enqueue(file);
      event.target.value = "";
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
}

function enqueue(file) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": format(_("Upload of {file}"), { file: file.name }) });
  const status = make("span", { class: "note", role: "status", text: _("waits") });
  const row = { file, bar, status, element: make("li", { class: "working" }, make("span", { class: "what", text: file.name }), status, bar) };
  byId("clips").hidden = false;
  byId("clips").append(row.element);
  unsent += 1;
  waiting.push(row);
  void sendAll();
}

async function sendAll() {
  if (sending) return;
  sending = true;
  const lock = await navigator.wakeLock?.request("screen").catch(() => null); // a phone that sleeps stops sending
  while (waiting.length) await sendOne(waiting.shift());
  sending = false;
  void lock?.release();
}

async function sendOne(row) {
  const query = new URLSearchParams({ name: row.file.name, changed_ms: String(row.file.lastModified) });
  if (unsent > 1) query.set("more", "1");
  row.status.textContent = _("sending");
  const { ok, status, body } = await transfer(`${DATA.upload}?${query}`, row.file, {}, (sent) => {
    row.bar.value = sent;
    row.status.textContent = sent < 1 ? share(sent) : _("being checked");
  });
  row.bar.hidden = true;
  if (ok) showTaken(row, body.already);
  else showFailure(row, status, body?.error ?? _("The desk does not answer. It may have closed this code: look there, and make a new one."));
}

function showTaken(row, already) {
  unsent -= 1;
  row.status.className = "taken";
  row.status.textContent = already ? _("was at the desk before") : _("taken");
  if (!unsent) finish(_("The desk has everything. You can close this page."));
}

function showFailure(row, status, text) {
  row.status.hidden = true;
  const retry = button(_("Try again"), () => {
    row.element.remove();
    unsent -= 1;
    enqueue(row.file);
  }, { class: "small" });
  row.element.append(make("p", { class: "error", role: "alert", text }), make("span", { class: "actions" }, status === GONE ? null : retry));
  if (status === GONE) finish("");
}

/** Take no more clips. */
function finish(text) {
  byId("choices").hidden = true;
  byId("until").hidden = true;
  setContent(byId("end"), text ? make("p", { class: "taken", text }) : null);
}

if (DATA.assignment) start();
