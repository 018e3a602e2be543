/** What stands about a clip: whose it is, how far its measuring is, and what may be done with it. */

import { button, byId, make, show } from "../shared/dom.js";
import { progressTo, workingRow } from "../desk/clips.js";
import { day, today } from "../shared/numbers.js";
import { issueList } from "./result.js";
import { sideName } from "../shared/labels.js";

/**
 * Show what stands about the clip, and keep it right.
 * @param {import("./store.js").ClipStore} store
 * @returns {void}
 */
export function startAround(store) {
  store.addEventListener("change", () => {
    const { clip, patient, visit, analysis } = store.view;
    const busy = clip.state === "waiting" || clip.state === "analysing";
    const measured = Boolean(store.curves && store.sides.length);
    crumb(patient, visit);
    byId("clip-actions").hidden = false;
    byId("report").hidden = byId("export-menu").hidden = !analysis || busy;
    byId("again-menu").hidden = busy;
    byId("help").hidden = !measured || busy;
    show(byId("again"), ...againChoices(store).map((choice) => make("li", {}, choice)));
    byId("review").hidden = !analysis || busy;
    byId("review").classList.toggle("unmeasured", !measured);
    byId("state-card").hidden = !busy && clip.state !== "refused" && clip.state !== "failed";
    show(byId("state-card"), ...state(store, busy));
    show(byId("belongs-card"), ...belongs(store));
  });
}

/**
 * Show how far the measuring is.
 * @param {Object} news of the clip
 * @returns {void}
 */
export function showProgress(news) {
  const row = byId("state-card").querySelector("[data-clip-id]");
  if (row) progressTo(row, news);
}

function crumb(patient, visit) {
  const parts = [make("a", { href: "/", text: "Desk" }), " / "];
  if (patient) parts.push(make("a", { href: `/patients/${patient.id}`, text: patient.pseudonym }), visit ? ` / ${day(visit.on)}` : "");
  else parts.push("Clip of no patient yet");
  show(byId("crumb"), ...parts);
}

function againChoices(store) {
  const item = (words, side) => make("a", { href: "#", role: "button", on: { click: (event) => {
    event.preventDefault();
    byId("again-menu").removeAttribute("open");
    void store.again(side);
  } } }, words);
  return [item("Left leg", "left"), item("Right leg", "right"), item("Whichever leg moves", "auto"), item("As before", null)];
}

function state(store, busy) {
  const { clip, analysis } = store.view;
  if (busy) return [make("h2", { text: "Being measured" }), make("ul", { class: "items" }, workingRow(clip)), make("p", { class: "note", text: "This page goes on by itself." })];
  const refusals = (analysis?.automatic.issues ?? []).filter((issue) => issue.severity === "refuse");
  const title = clip.state === "failed" ? "Measuring failed" : "Not measured";
  const told = refusals.length ? issueList(refusals) : make("p", { text: clip.said || "No number could be had from this clip." });
  return [make("h2", { text: title }), told];
}

function belongs(store) {
  const { clip, patient, visit } = store.view;
  const name = make("input", { id: "move-patient", required: true, maxlength: 64, autocomplete: "off" });
  const on = make("input", { id: "move-on", type: "date", required: true });
  name.value = patient?.pseudonym ?? "";
  on.value = visit?.on ?? today();
  const form = make("form", { on: { submit: (event) => {
    event.preventDefault();
    void store.move(name.value.trim(), on.value);
  } } },
  make("div", { class: "fields" }, make("div", {}, make("label", { for: "move-patient", text: "Patient’s pseudonym" }), name), make("div", {}, make("label", { for: "move-on", text: "Day of the visit" }), on)),
  make("button", { type: "submit", class: "small", text: patient ? "Move" : "Assign" }));
  const asked = clip.side ? `${sideName(clip.side)} leg asked for` : "whichever leg moved";
  const about = make("p", { class: "note", text: `${asked}${clip.mirrored ? ", mirrored recording" : ""}, added ${day(clip.added_at)}` });
  if (!patient) return [make("h2", { text: "Whose clip is it?" }), form, about];
  return [
    make("h2", { text: "Patient and visit" }),
    make("p", {}, make("a", { href: `/patients/${patient.id}`, text: patient.pseudonym }), visit ? `, ${day(visit.on)}` : ""),
    about, make("details", {}, make("summary", { text: "Move to another patient or day" }), form),
  ];
}
