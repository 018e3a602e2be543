/** The page of one clip: its parts, put together. */

import { confirm } from "../shared/dialog.js";
import { showProgress, startAround } from "./header.js";
import { startChoices } from "./edit_toolbar.js";
import { startCorrections } from "./corrections.js";
import { Curve } from "./curve.js";
import { Edit } from "./edit.js";
import { startKeys } from "./keys.js";
import { startNumbers } from "./numbers.js";
import { Points } from "./points.js";
import { startReps } from "./reps.js";
import { startResult } from "./result.js";
import { ClipStore } from "./store.js";
import { startStrip } from "./strip.js";
import { byId, make, show } from "../shared/dom.js";
import { listen } from "../shared/events.js";
import { startFrame } from "../shared/page_shell.js";
import { tellFault } from "../shared/toast.js";
import { Overlay } from "./overlay.js";
import { Playhead, nearest } from "./playhead.js";
import { startTransport } from "./transport.js";

const store = new ClipStore(document.body.dataset.clipId);
const head = new Playhead(byId("video"));
const rowAt = (time_s) => nearest(store.curves?.frames.time_s ?? [0], time_s);
const edit = new Edit(store, rowAt);
let shown = "";

/** The video of this analysis, and its shape. */
function video() {
  const { curves, analysis } = store;
  if (!curves || !analysis) return;
  head.times_s = curves.proxy_time_s;
  byId("player").style.setProperty("--ratio", String(curves.proxy_px[0] / curves.proxy_px[1]));
  if (shown === analysis.id) return;
  shown = analysis.id;
  byId("video").src = `/media/${analysis.id}/proxy.mp4`;
}

function stills() {
  const made = store.analysis?.stills ?? [];
  byId("stills-card").hidden = !made.length;
  byId("stills-note").hidden = !store.analysis?.corrected;
  show(byId("stills"), ...made.map((still) => make("figure", {},
    make("a", { href: still.url, target: "_blank" }, make("img", { src: still.url, alt: `${still.title}, larger in a new tab`, loading: "lazy" })),
    make("figcaption", {}, make("b", { text: still.title }), still.caption))));
}

async function stale({ detail }) {
  const again = await confirm("Somebody else changed this", `${detail.message} What you were about to save was not saved.`, "Load it again");
  if (again) await load();
  else show(byId("stale"), make("p", { class: "fault" }, "Somebody else changed this result since it was loaded. ", make("a", { href: location.href, text: "Load it again" })));
}

async function load() {
  try {
    await store.load();
    show(byId("stale"));
  } catch (fault) {
    tellFault(fault);
  }
}

function heard(news) {
  if (news.id !== store.id) return;
  const before = store.view?.clip.state;
  if (news.state === "analysing" && before === "analysing") showProgress(news);
  else if (news.state !== before) void load();
}

startFrame();
store.addEventListener("change", video);
startAround(store);
startChoices(store, head, edit);
startTransport(head, store, edit);
startResult(store, (time_s) => {
  head.video.pause();
  head.seek(rowAt(time_s));
});
startReps(store, head, edit);
startCorrections(store);
startNumbers(store);
const curve = new Curve(store, head, edit);
const overlay = new Overlay(store, head);
const points = new Points(store, head, edit);
startStrip(store, head, edit);
startKeys({ store, head, edit, overlay, points });
store.addEventListener("change", stills);
store.addEventListener("stale", stale);
listen(heard, load);
await load();
curve.draw();
