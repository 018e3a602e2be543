/** The page of two results side by side. */

import { listen, startHelp } from "../clip/keys.js";
import { Measurement } from "../clip/measurement.js";
import { Overlay } from "../clip/overlay.js";
import { Playhead } from "../clip/playhead.js";
import { announce, startPlayControls } from "../clip/transport.js";
import { get } from "../shared/api.js";
import { isPending } from "../shared/clips.js";
import { changeTag, comparisonForm } from "../shared/comparison.js";
import { button, byId, make, setContent, setTitle, tag } from "../shared/dom.js";
import { subscribe } from "../shared/events.js";
import { SIDES, hipName, legName, notCounted, signOffLabel } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, day, interval, moment, seconds } from "../shared/numbers.js";
import { startPageShell } from "../shared/page_shell.js";
import { keyed } from "../shared/session.js";
import { showErrors } from "../shared/toast.js";
import { Curves } from "./curves.js";
import { Pair } from "./pair.js";

const NAMES = ["before", "after"];
const TITLES = [_("Earlier"), _("Later")];
const TAIL_S = 0.5; // shown after the end of the longer repetition
const NO_DIFFERENCE = _("Only one of the two has a result of this leg, so there is no difference.");
const NOT_IN_STEP = _("The videos are not shown, since no leg has a curve in both results. The page of each clip shows its own.");
const HELP = [[_("1 to 9"), _("that repetition of both")], ["L", _("loop")], ["O", _("lines on the pictures")], ["?", _("this list")]];

const ids = document.body.dataset.resultIds.split(" ");
const parts = NAMES.map((name) => ({ store: new Measurement(), head: new Playhead(byId(`${name}-video`)) }));
const pair = new Pair(parts);
const overlays = parts.map(({ store, head }, index) => new Overlay(store, head, elementsOf(NAMES[index])));
const curves = new Curves(pair, () => parts.map(({ store }, index) => store.reps.find(({ number }) => number === Number(repSelect(index).value)) ?? null));
let view = null;

function elementsOf(name) {
  return { player: byId(`${name}-player`), canvas: byId(`${name}-overlay`), readout: byId(`${name}-readout`) };
}

function repSelect(index) {
  return byId(`${NAMES[index]}-rep`);
}

/** Return the day of a result; of two of one day the moment they were measured. */
function dateOf({ on, analysis }) {
  const [one, other] = view.results;
  return on && one.on !== other.on ? day(on) : moment(analysis.made_at);
}

async function load() {
  view = await get(`/api/compare/${ids.join("/")}`);
  await Promise.all(view.results.map(async (result, index) => {
    const { store, head } = parts[index];
    store.view = result;
    store.curves = await get(`/api/analyses/${result.analysis.id}/curves`).catch(() => null); // of a damaged result
    head.times_s = store.curves?.proxy_time_s ?? [];
    const address = keyed(`/media/${result.analysis.id}/proxy.mp4`);
    if (head.video.getAttribute("src") !== address) head.video.src = address;
    if (store.curves) byId(`${NAMES[index]}-player`).style.setProperty("--ratio", String(store.curves.proxy_px[0] / store.curves.proxy_px[1]));
  }));
  await renderChoice();
  showSide(parts[0].store.side);
}

/** Return the legs that both results have a curve of. */
function comparableSides() {
  return SIDES.filter((side) => parts.every(({ store }) => store.sides.includes(side)));
}

function showSide(wanted) {
  const playable = comparableSides();
  const named = playable.length ? playable : SIDES.filter((side) => view.results.some(({ analysis }) => analysis.results.current[side]));
  const side = named.includes(wanted) ? wanted : (named[0] ?? wanted);
  for (const { store } of parts) store.side = side;
  history.replaceState(history.state, "", addressOf(side));
  setTitle("title", format(_("{hip}: {before} and {after}"), { hip: hipName(side), before: dateOf(view.results[0]), after: dateOf(view.results[1]) }));
  renderCrumb();
  setContent(byId("side-choice"), ...(named.length > 1 ? [make("span", { class: "label", text: _("Leg shown") }), ...named.map((one) => button(legName(one), () => showSide(one), { class: "small", "aria-pressed": String(one === side) }))] : []));
  setContent(byId("difference"), ...difference(side), playable.length ? null : make("p", { class: "note", text: NOT_IN_STEP }));
  byId("stage").hidden = !playable.length;
  view.results.forEach((result, index) => renderHead(result, index, side));
  if (!playable.length) return;
  parts.forEach((_part, index) => fillReps(index));
  align();
}

function addressOf(side) {
  const address = new URL(location.href);
  address.searchParams.set("side", side);
  return address.href;
}

function renderCrumb() {
  const owner = view.patient && make("a", { href: `/patients/${view.patient.id}`, text: view.patient.pseudonym });
  setContent(byId("crumb"), make("a", { href: "/", text: _("Desk") }), " / ", owner, owner && " / ", _("Compare"));
}

/** Create the numbers of both, and what is to be thought of their difference. */
function difference(side) {
  const change = view.changes[side];
  const isOneRecording = parts[0].store.document.clip.sha256 === parts[1].store.document.clip.sha256;
  const texts = change ? [change.text] : view.not_counted[side].length ? view.not_counted[side] : [NO_DIFFERENCE];
  return [
    make("dl", { class: "values" }, ...view.results.flatMap((result, index) => [make("dt", {}, make("i", { class: NAMES[index] }), `${TITLES[index]}, ${dateOf(result)}`), make("dd", { "data-result": NAMES[index] }, ...resultTexts(result, side))])),
    change && !isOneRecording ? make("p", {}, changeTag(change)) : null,
    ...texts.map((text) => make("p", { class: "verdict", text })),
    ...view.cautions.map((text) => make("p", { class: "caution", text })),
  ];
}

function resultTexts({ analysis }, side) {
  const result = analysis.results.current[side];
  const status = signOffLabel(analysis.status);
  if (!result) return [make("span", { text: _("not measured") })];
  if (result.result_deg === null) return [make("span", { text: notCounted(result) }), " ", tag(status.text, status.tone)];
  return [make("b", { class: "number", text: angle(result.result_deg) }), " ", make("span", { class: "hint number", text: interval(result.interval_deg) }), " ", result.provisional ? tag(_("provisional"), "care") : null, tag(status.text, status.tone)];
}

function renderHead({ clip, analysis, on }, index, side) {
  const earlier = clip.present ? null : make("span", { class: "note", text: format(_("earlier result, measured {moment}"), { moment: moment(analysis.made_at) }) });
  setContent(byId(`${NAMES[index]}-head`), make("i", { class: NAMES[index] }), make("b", { text: on ? `${TITLES[index]}, ${day(on)}` : TITLES[index] }), " ", make("a", { href: `/clips/${clip.id}`, text: clip.name }), " ", earlier);
  byId(`${NAMES[index]}-video`).setAttribute("aria-label", format(_("{which} video, {hip}"), { which: TITLES[index], hip: hipName(side).toLowerCase() }));
}

/** List the repetitions of a clip; the one that was chosen stays, else it is the first that counts. */
function fillReps(index) {
  const { reps } = parts[index].store;
  const chosen = repSelect(index).value;
  const text = ({ number, rotation_deg, valid }) => format(valid ? _("Rep {number}, {angle}") : _("Rep {number}, {angle}, does not count"), { number: number + 1, angle: angle(rotation_deg) });
  setContent(repSelect(index), ...(reps.length ? reps.map((rep) => make("option", { value: rep.number, text: text(rep) })) : [make("option", { value: "", text: _("from the beginning of the clip") })]));
  repSelect(index).value = reps.some(({ number }) => String(number) === chosen) ? chosen : String((reps.find(({ valid }) => valid) ?? reps[0])?.number ?? "");
}

/** Begin both clips at the onset of the repetitions chosen. */
function align() {
  const reps = curves.reps();
  const lengths_s = reps.map((rep, index) => (rep ? rep.end_s - rep.start_s : parts[index].store.times_s.at(-1)));
  pair.align(reps.map((rep) => rep?.start_s ?? 0), Math.max(...lengths_s) + TAIL_S);
  byId("scrub").max = String(pair.times_s.length - 1);
  curves.draw();
  for (const overlay of overlays) overlay.draw();
}

/** Choose the repetition of a number in both clips, where both have it. */
function chooseRep(number) {
  const all = parts.map(({ store }) => store.reps.find((rep) => rep.number === number - 1));
  if (!all.every(Boolean)) return;
  parts.forEach((_part, index) => {
    repSelect(index).value = String(number - 1);
  });
  align();
}

function renderFrame() {
  const time = seconds(pair.times_s[pair.row], 2);
  const [before, after] = curves.anglesAt(pair.row);
  byId("stage").dataset.row = String(pair.row);
  byId("scrub").value = String(pair.row);
  byId("scrub").setAttribute("aria-valuetext", spoken());
  byId("clock").textContent = time;
  byId("before-readout").textContent = `${TITLES[0]} ${before}`;
  byId("after-readout").textContent = `${TITLES[1]} ${after}`;
  if (!pair.playing) announce(spoken);
}

function spoken() {
  const [before, after] = curves.anglesAt(pair.row);
  return format(_("{time} after the onset: earlier {before}, later {after}"), { time: seconds(pair.times_s[pair.row], 2), before, after });
}

function toggleLoop() {
  pair.loop = !pair.loop;
  byId("loop").setAttribute("aria-pressed", String(pair.loop));
  if (pair.loop && !pair.playing) pair.toggle();
}

async function renderChoice() {
  const form = view.patient && comparisonForm(await get(`/api/patients/${view.patient.id}`), parts[0].store.side, view.results.map(({ analysis }) => analysis.id));
  byId("choice-card").hidden = !form;
  setContent(byId("choice"), form);
}

function onClip({ id, state }) {
  if (isPending({ state })) return; // the event that it is done with follows
  if (view?.results.some(({ clip }) => clip.id === id)) void showErrors(load);
}

startPageShell();
startPlayControls(pair);
startHelp(HELP);
listen(pair, () => comparableSides().length > 0, { l: toggleLoop, o: () => overlays.forEach((overlay) => overlay.toggle()) }, chooseRep);
byId("loop").addEventListener("click", toggleLoop);
pair.addEventListener("frame", renderFrame);
pair.addEventListener("play", () => pair.playing || renderFrame());
for (const [index, { head }] of parts.entries()) {
  head.video.addEventListener("click", () => pair.toggle());
  repSelect(index).addEventListener("change", align);
}
for (const { store } of parts) store.side = new URLSearchParams(location.search).get("side") ?? SIDES[0];
subscribe(onClip, () => void showErrors(load));
await showErrors(load);
