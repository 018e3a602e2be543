/** The page of one clip. */

import { confirm } from "../shared/dialog.js";
import { byId, make, setContent } from "../shared/dom.js";
import { subscribe } from "../shared/events.js";
import { _, format } from "../shared/language.js";
import { startPageShell } from "../shared/page_shell.js";
import { keyed } from "../shared/session.js";
import { showErrors } from "../shared/toast.js";
import { startCorrections } from "./corrections.js";
import { Curve, startCurveTable } from "./curve.js";
import { startDeletion } from "./delete.js";
import { startDownloads } from "./downloads.js";
import { Edit } from "./edit.js";
import { startEditToolbar } from "./edit_toolbar.js";
import { FullScreen } from "./full_screen.js";
import { Goniometer } from "./goniometer.js";
import { showClipProgress, startHeader } from "./header.js";
import { startKeys } from "./keys.js";
import { Neighbours } from "./neighbours.js";
import { startNotes } from "./notes.js";
import { Overlay } from "./overlay.js";
import { Playhead, nearest } from "./playhead.js";
import { Points } from "./points.js";
import { startReps } from "./reps.js";
import { startResults } from "./results.js";
import { startResult } from "./result.js";
import { ClipStore } from "./store.js";
import { startStrip } from "./strip.js";
import { startTransport } from "./transport.js";
import { Viewport } from "./viewport.js";

const store = new ClipStore(document.body.dataset.clipId);
const head = new Playhead(byId("video"));
const edit = new Edit(store, (time_s) => nearest(store.times_s, time_s));
const page = { store, head, edit, viewport: new Viewport(store) };
let loadedId = "";

function renderVideo() {
  const { curves, analysis } = store;
  if (!curves || !analysis) return;
  head.times_s = curves.proxy_time_s;
  byId("player").style.setProperty("--ratio", String(curves.proxy_px[0] / curves.proxy_px[1]));
  if (loadedId === analysis.id) return;
  loadedId = analysis.id;
  byId("video").src = keyed(`/media/${analysis.id}/proxy.mp4`);
}

function renderStills() {
  const stills = store.analysis?.stills ?? [];
  byId("stills-card").hidden = !stills.length;
  byId("stills-note").hidden = !store.analysis?.corrected;
  setContent(byId("stills"), ...stills.map(({ url, title, caption }) => make("figure", {},
    make("a", { href: keyed(url), target: "_blank" }, make("img", { src: keyed(url), alt: format(_("{picture}, larger in a new tab"), { picture: title }), loading: "lazy" })),
    make("figcaption", {}, make("b", { text: title }), caption))));
}

async function onStale({ detail }) {
  const text = format(_("{reason} What you were about to save was not saved."), { reason: detail.message });
  const reload = await confirm({ title: _("Somebody else changed this"), text, action: _("Load it again") });
  if (reload) await load();
  else setContent(byId("stale"), make("p", { class: "error" }, _("Somebody else changed this result since it was loaded."), " ", make("a", { href: location.href, text: _("Load it again") })));
}

function load() {
  return showErrors(async () => {
    await store.load();
    setContent(byId("stale"));
  });
}

function onClip(event) {
  if (event.id !== store.id || event.state === "deleted") return; // whoever deletes it leaves the page
  const { state, measured } = store.view?.clip ?? {};
  if (event.state !== state || (event.measured && !measured)) void load();
  else if (state === "analysing") showClipProgress(event);
}

startPageShell();
store.addEventListener("change", renderVideo);
startHeader(store);
startDeletion(store);
startEditToolbar(page);
startTransport(page);
startDownloads(page);
startResult(store, (time_s) => head.pauseAt(edit.rowAt(time_s)));
startReps(page);
startNotes(store);
startCorrections(store);
startResults(store);
startCurveTable(store);
const curve = new Curve(page);
const overlay = new Overlay(store, head, { player: byId("player"), canvas: byId("overlay"), readout: byId("readout") }, page.viewport);
const points = new Points(page);
const goniometer = new Goniometer(page);
points.addEventListener("enter", () => goniometer.leave());
goniometer.addEventListener("enter", () => points.leave());
startStrip(page);
const neighbours = new Neighbours(store, () => edit.hasChanges || points.hasChanges);
startKeys(page, { overlay, points, goniometer, neighbours, screen: new FullScreen() });
store.addEventListener("change", renderStills);
store.addEventListener("stale", onStale);
subscribe(onClip, load);
await load();
curve.draw();
